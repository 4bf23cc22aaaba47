package dev.sallyport.benchmarks;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The roles of one instance with many databases, and of many instances at once, on real servers on this machine: made, made
 * again when nothing is to change, planned. Beside each the same work one by one.
 */
@Command(
        name = "roles",
        mixinStandardHelpOptions = true,
        description = "Makes the roles in many databases of one instance, and on many instances at once.")
final class RolesBenchmark implements Callable<Integer> {

    @Option(
            names = "--databases",
            converter = AtLeastOne.class,
            defaultValue = "200",
            description = "In one instance. Default: ${DEFAULT-VALUE}")
    private int databases;

    @Option(names = "--tables", defaultValue = "5", description = "In each database. Default: ${DEFAULT-VALUE}")
    private int tables;

    @Option(
            names = "--instances",
            defaultValue = "100",
            description = "Servers of their own, with 2 databases each; 0 leaves them out. Default: ${DEFAULT-VALUE}")
    private int instances;

    @Option(
            names = "--parallel",
            converter = AtLeastOne.class,
            defaultValue = "4",
            description = "Databases at once. Default: ${DEFAULT-VALUE}")
    private int parallel;

    @Option(
            names = "--jobs",
            converter = AtLeastOne.class,
            defaultValue = "8",
            description = "Instances at once. Default: ${DEFAULT-VALUE}")
    private int jobs;

    @Option(names = "--at-most-seconds", defaultValue = "60", description = "Any of them. Default: ${DEFAULT-VALUE}")
    private int atMostSeconds;

    private static final int DATABASES_OF_MANY = 2;

    private final List<Measured> judged = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        try (Scratch scratch = Scratch.make()) {
            Path folder = scratch.folder();
            LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
            Targets targets = new Targets(Optional.of(authority.certificateFile()));
            try (TargetServer server = TargetServer.postgres(folder.resolve("postgres"), authority)) {
                fillPostgres(server, targets, databases);
                oneInstance("PostgreSQL", server, targets, true);
            }
            try (TargetServer server = TargetServer.mysql(folder.resolve("mysql"), authority)) {
                server.fill(databases, tables);
                oneInstance(server.endpoint().engine().name(), server, targets, false);
            }
            manyInstances(folder, authority, targets);
            boolean reached =
                    judged.stream().allMatch(run -> run.took().compareTo(Duration.ofSeconds(atMostSeconds)) <= 0);
            System.out.println(reached ? "reached" : "NOT REACHED");
            return reached ? 0 : 1;
        }
    }

    private void fillPostgres(TargetServer server, Targets targets, int count) throws SQLException {
        server.fill(count, tables);
        for (String database : TargetServer.databases(count).toList()) {
            try (Connection master = targets.connect(server.endpoint(), TargetServer.MASTER, database)) {
                server.fillPostgresDatabase(master, tables);
            }
        }
    }

    private void oneInstance(String engine, TargetServer server, Targets targets, boolean sideBySide)
            throws InterruptedException {
        System.out.printf(Locale.ROOT, "%n%s, %d databases of %d tables in one instance%n", engine, databases, tables);
        System.out.println(Measured.header());
        int most = sideBySide ? parallel : 1;
        // Loads and compiles, which is no part of any figure.
        run(server, roles(targets, most)::make);
        run(server, roles(targets, most)::drop);
        if (sideBySide) {
            series(server, roles(targets, 1), "one by one", false);
        }
        series(server, roles(targets, most), most + " at once", true);
    }

    private void series(TargetServer server, Roles roles, String how, boolean judge) throws InterruptedException {
        Measured made = measure(server, "made, " + how, () -> run(server, roles::make));
        Measured again = measure(server, "made again, nothing to change, " + how, () -> run(server, roles::make));
        measure(server, "looked for drift, " + how, () -> run(server, roles::plan));
        measure(server, "dropped", () -> run(server, roles::drop));
        if (judge) {
            judged.add(made);
            judged.add(again);
        }
    }

    private Measured measure(TargetServer server, String name, Runnable work) throws InterruptedException {
        Measured measured = Measured.of(server::connections, work);
        System.out.println(measured.line(name));
        return measured;
    }

    /** What is done with the roles of one instance. */
    @FunctionalInterface
    private interface Work {
        Object with(SecretFolder folder, Endpoint endpoint, Login master);
    }

    private static void run(TargetServer server, Work work) {
        RdsArn instance = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:orders-"
                + server.endpoint().port());
        Object outcome = work.with(SecretFolder.of(instance), server.endpoint(), TargetServer.MASTER);
        if (outcome instanceof Roles.Outcome made && !made.complete()) {
            throw new IllegalStateException("the roles were not made: " + made.results());
        }
    }

    private static Roles roles(Targets targets, int parallel) {
        return new Roles(targets, new HeldSecrets(), InstantSource.system(), "hoop", parallel);
    }

    private void manyInstances(Path folder, LocalAuthority authority, Targets targets) throws Exception {
        if (instances == 0) {
            return;
        }
        List<TargetServer> servers = new ArrayList<>();
        try {
            Path model = folder.resolve("model");
            try (TargetServer first = TargetServer.postgres(model, authority)) {
                fillPostgres(first, targets, DATABASES_OF_MANY);
            }
            for (int i = 0; i < instances; i++) {
                Path each = folder.resolve("instance-" + i);
                TargetServer.copy(model, each);
                servers.add(TargetServer.postgres(each, authority));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%nPostgreSQL, %d instances of %d databases, each a server of its own%n",
                    instances,
                    DATABASES_OF_MANY + 1);
            System.out.println(Measured.header());
            manySeries(servers, targets, 1, "one by one");
            manySeries(servers, targets, jobs, jobs + " at once");
            judged.add(manySeries(servers, targets, instances, "all at once"));
        } finally {
            servers.forEach(TargetServer::close);
        }
    }

    private Measured manySeries(List<TargetServer> servers, Targets targets, int atOnce, String how) throws Exception {
        Roles roles = roles(targets, parallel);
        Measured made = measureAll(servers, "made, " + how, atOnce, roles::make);
        measureAll(servers, "made again, nothing to change, " + how, atOnce, roles::make);
        measureAll(servers, "dropped, " + how, atOnce, roles::drop);
        return made;
    }

    private static Measured measureAll(List<TargetServer> servers, String name, int atOnce, Work work)
            throws InterruptedException {
        // Counting on all of them would take longer than what is counted: the first stands for each.
        Measured measured = Measured.of(servers.getFirst()::connections, () -> runAll(servers, atOnce, work));
        System.out.println(measured.line(name));
        return measured;
    }

    private static void runAll(List<TargetServer> servers, int atOnce, Work work) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            List<Future<?>> all = new ArrayList<>();
            servers.forEach(server -> all.add(threads.submit(() -> run(server, work))));
            for (Future<?> each : all) {
                each.get();
            }
        } catch (Exception e) {
            throw new IllegalStateException("an instance failed", e);
        }
    }
}
