package dev.sallyport.benchmarks.store;

import dev.sallyport.benchmarks.AtLeastOne;
import dev.sallyport.benchmarks.Scratch;
import dev.sallyport.rig.PackagedService;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Statements on their way from Kafka into the audit store. They wait in the topic while the notifier stands still; what is
 * measured begins when it goes on. Beside it one COPY of the same rows into a table that is like the store's: what PostgreSQL
 * takes for them, once each, if nobody reads, checks and batches them.
 */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Takes statements from Kafka into the audit store, with the notifier as it is shipped.")
public final class StoreBenchmark implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MILLIS = 200;

    @Option(
            names = "--statements",
            converter = AtLeastOne.class,
            defaultValue = "300000",
            description = "Of each round. Default: ${DEFAULT-VALUE}")
    private int statements;

    @Option(
            names = "--sessions",
            converter = AtLeastOne.class,
            defaultValue = "50",
            description = "That they are of. Default: ${DEFAULT-VALUE}")
    private int sessions;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            defaultValue = "3",
            description = "Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "600000",
            description = "Statements before the first round. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(
            names = "--at-least",
            defaultValue = "30000",
            description = "The figure: statements a second. Default: ${DEFAULT-VALUE}")
    private int atLeast;

    /** One round of one way. */
    private record Round(Duration took, Duration writer, Duration database) {

        private double perSecond(int statements) {
            return statements / (took.toNanos() / 1e9);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        List<Round> stored = new ArrayList<>();
        List<Round> copied = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                ControlPlane plane = ControlPlane.on(
                        PostgresServer.in(scratch.folder().resolve("pg")).start(), scratch.folder());
                KafkaBroker kafka =
                        KafkaBroker.in(scratch.folder().resolve("kafka")).start();
                Statements source = new Statements(kafka.bootstrapServers(), sessions);
                PackagedService notifier = notifier(scratch.folder(), plane, kafka)) {
            source.send(warmUp);
            await(notifier, warmUp);
            for (int round = 0; round < rounds; round++) {
                long before = written(notifier);
                notifier.process().signal("STOP");
                source.send(statements);
                stored.add(measure(plane, notifier, () -> {
                    notifier.process().signal("CONT");
                    await(notifier, before + statements);
                }));
                copied.add(copy(plane, notifier, scratch.folder().resolve("rows")));
            }
        }
        print(stored, copied);
        return median(stored, round -> round.perSecond(statements)) >= atLeast ? 0 : 1;
    }

    private interface Work {
        void run() throws IOException, InterruptedException, SQLException;
    }

    private static Round measure(ControlPlane plane, PackagedService notifier, Work work)
            throws IOException, InterruptedException, SQLException {
        Duration database = cpu(plane);
        Duration writer = cpu(notifier);
        long begin = System.nanoTime();
        work.run();
        return new Round(
                Duration.ofNanos(System.nanoTime() - begin),
                cpu(notifier).minus(writer),
                cpu(plane).minus(database));
    }

    /** Of PostgreSQL's processes that are there. */
    private static Duration cpu(ControlPlane plane) {
        return cpu(ProcessHandle.of(plane.server().process().pid()).stream().flatMap(ProcessHandle::children));
    }

    private static Duration cpu(PackagedService service) {
        return cpu(ProcessHandle.of(service.process().pid()).stream());
    }

    private static Duration cpu(Stream<ProcessHandle> processes) {
        return processes
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** With statements alone in its topics. */
    private static long written(PackagedService notifier) {
        return (long) notifier.total("sallyport_notifier_written_total");
    }

    private static PackagedService notifier(Path folder, ControlPlane plane, KafkaBroker kafka) {
        Properties settings = new Properties();
        settings.putAll(plane.settingsFor("notifier"));
        settings.put("sallyport.mode", "local");
        settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        // Batches live for a moment only: room for them where the young are.
        return new PackagedService(
                "services/notifier", folder, settings, List.of("-XX:NewRatio=1", "-XX:SurvivorRatio=3"));
    }

    private static void await(PackagedService notifier, long written) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (written(notifier) < written) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the notifier wrote " + written(notifier) + " of " + written
                        + " statements within " + LIMIT.toMinutes() + " minutes");
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }

    /** The newest rows, once more, into a table of the same columns and keys. */
    private Round copy(ControlPlane plane, PackagedService notifier, Path rows)
            throws IOException, InterruptedException, SQLException {
        try (Connection connection = plane.server().connect("sallyport");
                Statement sql = connection.createStatement();
                OutputStream out = Files.newOutputStream(rows)) {
            sql.execute("CREATE TABLE audit.plain (LIKE audit.statements INCLUDING ALL)");
            var copies = connection.unwrap(PGConnection.class).getCopyAPI();
            copies.copyOut(
                    "COPY (SELECT * FROM audit.statements ORDER BY started_at DESC LIMIT " + statements + ") TO STDOUT",
                    out);
            Round round = measure(plane, notifier, () -> {
                try (InputStream in = Files.newInputStream(rows)) {
                    copies.copyIn("COPY audit.plain FROM STDIN", in, 1 << 20);
                }
            });
            sql.execute("DROP TABLE audit.plain");
            return round;
        }
    }

    private void print(List<Round> stored, List<Round> copied) {
        System.out.printf(
                Locale.ROOT,
                "%,d statements of %d sessions, %d rounds; at least %,d a second%n%n",
                statements,
                sessions,
                rounds,
                atLeast);
        System.out.println("                          statements/s  cpu a statement: notifier  PostgreSQL");
        line("the notifier, from Kafka", stored);
        line("one plain COPY", copied);
        System.out.printf(
                "%n%s%n", median(stored, round -> round.perSecond(statements)) >= atLeast ? "reached" : "NOT REACHED");
    }

    private void line(String name, List<Round> measured) {
        System.out.printf(
                Locale.ROOT,
                "%-24s  %,12.0f  %22.1f µs  %7.1f µs%n",
                name,
                median(measured, round -> round.perSecond(statements)),
                median(measured, round -> micros(round.writer())),
                median(measured, round -> micros(round.database())));
    }

    private double micros(Duration cpu) {
        return cpu.toNanos() / 1e3 / statements;
    }

    private static double median(List<Round> measured, ToDoubleFunction<Round> figure) {
        double[] sorted = measured.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
