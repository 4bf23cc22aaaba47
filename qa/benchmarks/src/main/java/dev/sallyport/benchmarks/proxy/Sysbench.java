package dev.sallyport.benchmarks.proxy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** What people load a MySQL with: its script {@code oltp_point_select}, one SELECT by primary key an event. */
final class Sysbench implements LoadGenerator {

    /** Each statement's text goes over the wire. */
    static final String TEXT = "text";
    /** Prepared once for each connection, by the protocol. */
    static final String PREPARED = "prepared";

    private static final int ROWS = 100_000;
    private static final Pattern PERFORMED = Pattern.compile("total:\\s+(\\d+)");
    private static final Pattern PER_SECOND = Pattern.compile("queries:\\s+\\d+\\s+\\(([\\d.]+) per sec");
    /** Of {@code --histogram}: the milliseconds that a bar stands for, and how many events it has. */
    private static final Pattern BAR = Pattern.compile("(?m)^\\s*([\\d.]+) \\|.*? (\\d+)\\s*$");

    private final Path program = Programs.need("sysbench", "sysbench");
    private final Path folder;

    Sysbench(Path folder) {
        this.folder = folder;
    }

    /** Makes its table. */
    void fill(Route route) {
        run(route, List.of("prepare"));
    }

    @Override
    public String title(String mode) {
        return "sysbench oltp_point_select, " + mode;
    }

    @Override
    public Load run(Route route, String mode, int clients, Duration time) {
        Duration before = route.cpu();
        String printed = run(
                route,
                List.of(
                        "--threads=" + clients,
                        "--time=" + time.toSeconds(),
                        "--db-ps-mode=" + (mode.equals(PREPARED) ? "auto" : "disable"),
                        "--histogram=on",
                        "run"));
        Duration used = route.cpu().minus(before);
        return Load.of(
                Long.parseLong(Programs.said("sysbench", PERFORMED, printed)),
                Double.parseDouble(Programs.said("sysbench", PER_SECOND, printed)),
                latencies(printed),
                used);
    }

    /** What is prepared is not executed yet. */
    @Override
    public long ownStatements() {
        return 0;
    }

    private String run(Route route, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "oltp_point_select",
                "--db-driver=mysql",
                "--mysql-host=127.0.0.1",
                "--mysql-port=" + route.port(),
                "--mysql-user=" + route.user(),
                "--mysql-password=" + route.password(),
                "--mysql-db=" + MySqlSite.DATABASE,
                "--table-size=" + ROWS));
        command.addAll(options);
        return Programs.run(folder, folder.resolve("sysbench.out"), Map.of(), command);
    }

    /** In microseconds, as fine as the bars are. */
    private static long[] latencies(String printed) {
        return BAR.matcher(printed)
                .results()
                .flatMapToLong(bar -> LongStream.generate(() -> Math.round(Double.parseDouble(bar.group(1)) * 1_000))
                        .limit(Long.parseLong(bar.group(2))))
                .toArray();
    }
}
