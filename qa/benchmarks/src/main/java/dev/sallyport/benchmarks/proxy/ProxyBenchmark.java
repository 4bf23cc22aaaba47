package dev.sallyport.benchmarks.proxy;

import dev.sallyport.benchmarks.AtLeastOne;
import dev.sallyport.benchmarks.Scratch;
import dev.sallyport.rig.PackagedProxy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * PostgreSQL and MySQL through the proxy as it is shipped, with its audit on and shipped to a real broker, beside the direct way, haproxy
 * and, for PostgreSQL, pgbouncer. All routes take turns within each round; the figures are medians over the rounds.
 */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        description =
                "Statements, bulk data, connects and idle connections through the db-proxy, beside haproxy and pgbouncer.",
        footer = {
            "",
            "Needs pgbench and psql, and sysbench for MySQL; haproxy and pgbouncer where they are installed. On Debian:",
            "  apt-get install postgresql-contrib sysbench haproxy pgbouncer",
            "",
            "Examples:",
            "  sally bench proxy                                     everything, about an hour",
            "  sally bench proxy --only statements --modes prepared --clients 8"
        })
public final class ProxyBenchmark implements Callable<Integer> {

    /** What is measured. */
    enum Part {
        STATEMENTS,
        LATENCY,
        MYSQL,
        BULK,
        CONNECTS,
        IDLE
    }

    /** As pgbench calls them. */
    enum Mode {
        SIMPLE,
        EXTENDED,
        PREPARED
    }

    private static final int CALM = 1_000;

    @Option(
            names = "--only",
            split = ",",
            description = "Of statements, latency, mysql, bulk, connects, idle. Default: all")
    private Set<Part> only = EnumSet.allOf(Part.class);

    @Option(
            names = "--modes",
            split = ",",
            defaultValue = "simple,extended,prepared",
            description = "pgbench's. Default: ${DEFAULT-VALUE}")
    private List<Mode> modes = List.of();

    @Option(
            names = "--clients",
            converter = AtLeastOne.class,
            split = ",",
            defaultValue = "1,8,64",
            description = "At once. Default: ${DEFAULT-VALUE}")
    private List<Integer> clients = List.of();

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            defaultValue = "3",
            description = "Each figure is their median. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            converter = AtLeastOne.class,
            defaultValue = "5",
            description = "Each run. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--warm-up",
            converter = AtLeastOne.class,
            defaultValue = "20",
            description = "Seconds, over each route of Sallyport before each kind of load. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(
            names = "--bulk-mib",
            converter = AtLeastOne.class,
            defaultValue = "1024",
            description = "Out and in. Default: ${DEFAULT-VALUE}")
    private int bulkMiB;

    @Option(
            names = "--idle",
            converter = AtLeastOne.class,
            defaultValue = "10000",
            description =
                    "Connections that are held. Default: ${DEFAULT-VALUE}, or what the limit of open files allows")
    private int idle;

    @Option(names = "--event-loops", defaultValue = "0", description = "The proxy's; 0 is its default")
    private int eventLoops;

    @Option(names = "--picture", description = "Where to write the statements' figures as SVG; MySQL's beside it")
    private @Nullable Path picture;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Map<String, String> settings = Map.of(
                "sallyport.proxy.limits.sessions", "20000",
                "sallyport.proxy.limits.sessions-per-person", "20000",
                "sallyport.proxy.plain-clients", "true",
                "sallyport.targets.plain-text", "true",
                "sallyport.proxy.event-loops", Integer.toString(eventLoops));
        needPrograms();
        try (Scratch scratch = Scratch.make();
                PackagedProxy proxy = new PackagedProxy(scratch.folder().resolve("proxy"), settings);
                Site plain = new Site(scratch.folder().resolve("plain"), proxy, false)) {
            Path folder = scratch.folder();
            Pgbench pgbench = new Pgbench(Files.createDirectories(folder.resolve("pgbench")));
            pgbench.fill(plain.routes().direct(), Site.DATABASE, 10);
            if (only.contains(Part.STATEMENTS)) {
                statements(plain.routes(), pgbench, labels(modes), proxy, picture);
            }
            if (only.contains(Part.LATENCY)) {
                latency(plain.routes(), pgbench);
            }
            if (only.contains(Part.MYSQL)) {
                mySql(folder.resolve("mysql"), proxy);
            }
            if (only.contains(Part.BULK)) {
                new Bulk(folder, bulkMiB, rounds, out).measure(plain.routes());
            }
            if (only.contains(Part.IDLE)) {
                new IdleConnections(idle, pgbench, out).measure(folder.resolve("idle"), plain, proxy);
            }
            if (only.contains(Part.CONNECTS)) {
                connects(plain.routes(), pgbench, "without TLS", false);
                try (Site encrypted = new Site(folder.resolve("encrypted"), proxy, true)) {
                    pgbench.fill(encrypted.routes().direct(), Site.DATABASE, 1);
                    connects(encrypted.routes(), pgbench, "with TLS on every leg", true);
                }
            }
            return 0;
        }
    }

    /** Before all else: one that is missing is not to be missed half an hour later. */
    private void needPrograms() {
        Programs.need("pgbench", "postgresql-contrib");
        Programs.need("psql", "postgresql-client");
        if (only.contains(Part.MYSQL)) {
            Programs.need("sysbench", "sysbench");
        }
    }

    private static List<String> labels(List<Mode> modes) {
        return modes.stream().map(mode -> mode.name().toLowerCase(Locale.ROOT)).toList();
    }

    private void mySql(Path folder, PackagedProxy proxy) throws IOException {
        try (MySqlSite site = new MySqlSite(folder, proxy)) {
            Sysbench sysbench = new Sysbench(folder);
            sysbench.fill(site.routes().direct());
            Path beside = picture == null ? null : picture.resolveSibling("mysql-" + picture.getFileName());
            statements(site.routes(), sysbench, List.of(Sysbench.TEXT, Sysbench.PREPARED), proxy, beside);
        }
    }

    private void statements(
            Routes routes, LoadGenerator generator, List<String> modes, PackagedProxy proxy, @Nullable Path drawing)
            throws IOException {
        Accounts before = Accounts.of(proxy);
        long sent = 0;
        Chart chart = new Chart();
        for (String mode : modes) {
            for (Route route : routes.audited()) {
                Load load = generator.run(route, mode, 8, Duration.ofSeconds(warmUp));
                sent += load.statements() + generator.ownStatements();
            }
            for (int count : clients) {
                Map<Route, List<Load>> loads =
                        inTurns(routes, route -> generator.run(route, mode, count, Duration.ofSeconds(seconds)));
                for (Route route : routes.audited()) {
                    for (Load load : Objects.requireNonNull(loads.get(route))) {
                        sent += load.statements() + generator.ownStatements();
                    }
                }
                print(generator.title(mode) + ", " + count + (count == 1 ? " client" : " clients"), loads);
                loads.forEach((route, all) -> chart.add(
                        mode + " " + count, route.name(), Load.median(all).cpuMicros()));
            }
        }
        Accounts after = Accounts.of(proxy);
        out.printf(
                Locale.ROOT,
                "%nThrough Sallyport: %,d statements sent, %,d recorded, %,d in Kafka%n",
                sent,
                after.recorded() - before.recorded(),
                after.shipped() - before.shipped());
        if (drawing != null) {
            Files.writeString(drawing, chart.svg("CPU of what stands in between, microseconds a statement"));
            out.println("picture: " + drawing);
        }
    }

    /** All routes, one after the other, in each round. */
    private Map<Route, List<Load>> inTurns(Routes routes, Function<Route, Load> run) {
        Map<Route, List<Load>> loads = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Route route : routes.all()) {
                loads.computeIfAbsent(route, _ -> new ArrayList<>()).add(run.apply(route));
            }
        }
        return loads;
    }

    /** What each way adds where nobody is busy: {@value #CALM} statements a second, in all. */
    private void latency(Routes routes, Pgbench pgbench) {
        Pgbench.Script script = new Pgbench.Script("prepared", 8, Duration.ofSeconds(seconds), false, false, CALM);
        for (Route route : routes.audited()) {
            pgbench.run(route, "prepared", 8, Duration.ofSeconds(warmUp));
        }
        Map<Route, List<Load>> loads = inTurns(routes, route -> pgbench.run(route, Site.DATABASE, script));
        out.printf(Locale.ROOT, "%npgbench -S, prepared, 8 clients, %,d statements/s in all%n", CALM);
        out.printf("%-18s %10s %10s %12s %12s%n", "", "p50", "p99", "added p50", "added p99");
        Load direct = Load.median(Objects.requireNonNull(loads.get(routes.direct())));
        loads.forEach((route, all) -> {
            Load load = Load.median(all);
            out.printf(
                    Locale.ROOT,
                    "%-18s %7.0f µs %7.0f µs %9.0f µs %9.0f µs%n",
                    route.name(),
                    load.p50(),
                    load.p99(),
                    load.p50() - direct.p50(),
                    load.p99() - direct.p99());
        });
        out.flush();
    }

    private void connects(Routes routes, Pgbench pgbench, String how, boolean tls) {
        Pgbench.Script script = new Pgbench.Script("simple", 4, Duration.ofSeconds(seconds), tls, true, 0);
        Pgbench.Script warming = new Pgbench.Script("simple", 4, Duration.ofSeconds(warmUp), tls, true, 0);
        routes.audited().forEach(route -> pgbench.run(route, Site.DATABASE, warming));
        print(
                "connects and one SELECT each, 4 clients, " + how,
                inTurns(routes, route -> pgbench.run(route, Site.DATABASE, script)));
    }

    private void print(String title, Map<Route, List<Load>> loads) {
        out.printf("%n%s%n", title);
        out.printf(
                "%-18s %12s %9s %10s %10s %10s %16s %12s%n",
                "", "per second", "of direct", "p50", "p99", "p99.9", "cpu/statement", "resident");
        double direct = Load.median(loads.values().iterator().next()).perSecond();
        loads.forEach((route, all) -> {
            Load load = Load.median(all);
            out.printf(
                    Locale.ROOT,
                    "%-18s %,12.0f %9.2f %7.0f µs %7.0f µs %7.0f µs %13s %12s%n",
                    route.name(),
                    load.perSecond(),
                    load.perSecond() / direct,
                    load.p50(),
                    load.p99(),
                    load.p999(),
                    route.process().isEmpty() ? "" : String.format(Locale.ROOT, "%.1f µs", load.cpuMicros()),
                    route.process().isEmpty() ? "" : (route.residentKiB() >> 10) + " MiB");
        });
        out.flush();
    }
}
