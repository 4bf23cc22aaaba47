package dev.sallyport.benchmarks.proxy;

import dev.sallyport.sandbox.process.DetachedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** PostgreSQL's own load generator: its built-in read-only script, one SELECT a transaction. */
final class Pgbench implements LoadGenerator {

    /** Found when it begins: {@code SELECT count(*) FROM pgbench_branches} and a look at the tables' partitions. */
    private static final int OWN_STATEMENTS = 2;

    private static final Pattern PROCESSED = Pattern.compile("transactions actually processed: (\\d+)");
    private static final Pattern PER_SECOND = Pattern.compile("tps = ([\\d.]+)");

    private final Path program = Programs.need("pgbench", "postgresql-contrib");
    private final Path folder;

    Pgbench(Path folder) {
        this.folder = folder;
    }

    /** Makes its tables: {@code scale} times 100,000 accounts. */
    void fill(Route route, String database, int scale) {
        run(route, database, false, List.of("-i", "-q", "-s", Integer.toString(scale)));
    }

    @Override
    public String title(String mode) {
        return "pgbench -S, " + mode;
    }

    @Override
    public Load run(Route route, String mode, int clients, Duration time) {
        return run(route, Site.DATABASE, new Script(mode, clients, time, false, false, 0));
    }

    @Override
    public long ownStatements() {
        return OWN_STATEMENTS;
    }

    /**
     * @param mode {@code simple}, {@code extended} or {@code prepared}
     * @param tls whether the client asks for it
     * @param connect whether each transaction has a connection of its own
     * @param rate transactions a second, in all; 0 for as many as there can be
     */
    record Script(String mode, int clients, Duration time, boolean tls, boolean connect, int rate) {

        private List<String> options() {
            List<String> options = new ArrayList<>(List.of(
                    "-n",
                    "-S",
                    "-l",
                    "-M",
                    mode,
                    "-c",
                    Integer.toString(clients),
                    "-j",
                    "1",
                    "-T",
                    Long.toString(time.toSeconds())));
            if (connect) {
                options.add("-C");
            }
            if (rate > 0) {
                options.addAll(List.of("-R", Integer.toString(rate)));
            }
            return options;
        }
    }

    /** Runs a script over a route, and watches what stands in between. */
    Load run(Route route, String database, Script script) {
        Duration before = route.cpu();
        String printed = run(route, database, script.tls(), script.options());
        Duration used = route.cpu().minus(before);
        long[] latencies = latencies();
        return Load.of(
                Long.parseLong(Programs.said("pgbench", PROCESSED, printed)),
                Double.parseDouble(Programs.said("pgbench", PER_SECOND, printed)),
                latencies,
                used);
    }

    private String run(Route route, String database, boolean tls, List<String> options) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(options);
        command.addAll(route.libpqOptions());
        command.add(database);
        return Programs.run(folder, folder.resolve("pgbench.out"), route.libpqEnvironment(tls), command);
    }

    /** Holds {@code clients} connections that hardly say anything, until it is stopped. Returns when all have logged in. */
    DetachedProcess hold(Path here, Route route, String database, int clients, Duration limit) {
        Path log = here.resolve("hold-" + route.name().replace(' ', '-') + ".log");
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "-n", "-S", "-c", Integer.toString(clients)));
        command.addAll(List.of("-R", "1", "-P", "1", "-T", "3600"));
        command.addAll(route.libpqOptions());
        command.add(database);
        DetachedProcess holding =
                DetachedProcess.start(command, route.libpqEnvironment(false), here, here.resolve("hold.pid"), log);
        // It shows its progress once all are connected.
        holding.awaitReady("pgbench with " + clients + " connections", log, limit, () -> said(log, "progress: "));
        return holding;
    }

    private static boolean said(Path log, String text) {
        try {
            return Files.readString(log).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the files of {@code -l}: "client_id transaction_no time script_no time_epoch time_us", the time in microseconds. */
    private long[] latencies() {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> logs = files.filter(file -> file.getFileName().toString().startsWith("pgbench_log."))
                    .toList();
            LongStream.Builder all = LongStream.builder();
            for (Path log : logs) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.map(line -> line.split(" ", 4)).forEach(words -> all.add(Long.parseLong(words[2])));
                }
                Files.delete(log);
            }
            return all.build().toArray();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read pgbench's log", e);
        }
    }
}
