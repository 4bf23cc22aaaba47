package dev.sallyport.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.standins.StandInsSettings.AccountSettings;
import dev.sallyport.sandbox.standins.StandInsSettings.TargetSettings;
import dev.sallyport.sandbox.targets.Shop;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import dev.sallyport.secrets.Keyset;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts and stops the parts, each after what it needs, those that need nothing of each other side by side. */
final class Stack {

    static final String REGION = "eu-west-1";
    /** The one that the db-proxy is said to run in; the stand-ins take the last. */
    static final String PROXY_ACCOUNT = "333344445555";

    private static final Duration AGENTS_LIMIT = Duration.ofSeconds(45);

    private static final AccountSettings MANAGEMENT =
            new AccountSettings("111122223333", "management", "aws@example.com");
    private static final AccountSettings ORDERS = new AccountSettings("222233334444", "orders", "orders@example.com");
    private static final AccountSettings BILLING = new AccountSettings(PROXY_ACCOUNT, "billing", "billing@example.com");

    private final Home home;
    private final Progress progress;
    private final StartNotes notes;

    Stack(Home home, Progress progress, StartNotes notes) {
        this.home = home;
        this.progress = progress;
        this.notes = notes;
    }

    /** What the services need to know of their neighbours. */
    private record Neighbours(
            LocalSettings settings,
            Ports ports,
            LocalAuthority authority,
            ControlPlane controlPlane,
            KafkaBroker kafka,
            PostgresServer postgres,
            MySqlFamilyServer mysql) {}

    /**
     * Starts whatever does not run yet.
     *
     * @throws CommandFailure when a part cannot start; those that could stay up
     */
    StackState up() {
        LocalSettings kept = LocalSettings.of(home);
        Ports ports = Ports.choose(kept.ports(), runningParts());
        LocalSettings settings = kept.with(ports.all());
        settings.keep(home);
        Keyset.create(home.folder("keys").resolve("keyset.json"));
        Keyset.create(home.folder("keys").resolve("webhooks.json"));
        LocalAuthority authority = LocalAuthority.in(home.folder("tls"));
        try {
            Neighbours neighbours = neighbours(settings, ports, authority);
            StandInsProcess standIns = new StandInsProcess(home, settings, ports);
            progress.part(
                    PartName.STAND_INS,
                    "127.0.0.1:" + ports.of(PartName.STAND_INS),
                    () -> standIns.start(List.of(MANAGEMENT, ORDERS, BILLING), targets(neighbours)));
            // Before the services too: `status`, `logs` and `token` work on a stack of which a service did not start.
            state(neighbours).keep(home);
            services(neighbours);
            StackState state = state(neighbours);
            state.keep(home);
            awaitAgents(state);
            return state;
        } catch (CannotStart e) {
            throw new CommandFailure(ExitCode.CANNOT_START, String.valueOf(e.getMessage()));
        }
    }

    /** The api takes no job for an agent that it has not heard of; the first sign of life takes a moment. */
    private void awaitAgents(StackState state) {
        Api api = new Api(URI.create(state.apiUrl()), TokenCommand.mint(home, state, "admin"));
        Set<String> expected = Set.of(state.provisionerAgent(), state.proxyAgent());
        Instant deadline = Instant.now().plus(AGENTS_LIMIT);
        while (!online(api).containsAll(expected)) {
            if (Instant.now().isAfter(deadline)) {
                throw new CommandFailure(
                        ExitCode.CANNOT_START,
                        "the API has not heard of the provisioner and the database proxy after "
                                + AGENTS_LIMIT.toSeconds() + " s; see `sally logs api` and `sally logs provisioner`");
            }
            pause();
        }
    }

    static Set<String> online(Api api) {
        Set<String> online = new TreeSet<>();
        for (JsonNode agent : api.get("/api/agents?limit=200").path("items")) {
            if (agent.path("status").asText().equals("online")) {
                online.add(agent.path("id").asText());
            }
        }
        return online;
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }

    /** Stops every part, the services first. Data stays. */
    void down() {
        List<PartName> reverse = List.of(PartName.values()).reversed();
        for (PartName part : reverse) {
            process(part).ifPresent(process -> progress.stopping(part, () -> stop(part, process)));
        }
        StackState.forget(home);
    }

    /** The process of a part, when it runs. */
    java.util.Optional<DetachedProcess> process(PartName part) {
        return switch (part) {
            case CONTROL_PLANE, POSTGRES_TARGET ->
                PostgresServer.in(folder(part)).running();
            case MYSQL_TARGET ->
                MySqlFamilyServer.in(folder(part), Distribution.best()).running();
            case KAFKA -> KafkaBroker.in(folder(part)).running();
            case STAND_INS -> StandInsProcess.running(home);
            default -> new ServiceProcess(home, part).running();
        };
    }

    Path log(PartName part) {
        return part.service()
                ? new ServiceProcess(home, part).log()
                : folder(part).resolve("log");
    }

    private void stop(PartName part, DetachedProcess process) {
        if (part == PartName.CONTROL_PLANE || part == PartName.POSTGRES_TARGET) {
            PostgresServer.stop(process);
        } else {
            process.stop(part.service() ? notes.patience() : Duration.ofSeconds(20));
        }
    }

    private Neighbours neighbours(LocalSettings settings, Ports ports, LocalAuthority authority) {
        ServerCertificate forTargets = authority.issue("targets");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ControlPlane> controlPlane = threads.submit(() -> progress.part(
                    PartName.CONTROL_PLANE,
                    "127.0.0.1:" + ports.of(PartName.CONTROL_PLANE),
                    () -> ControlPlane.on(
                            PostgresServer.in(folder(PartName.CONTROL_PLANE))
                                    .port(ports.of(PartName.CONTROL_PLANE))
                                    .start(),
                            folder(PartName.CONTROL_PLANE))));
            Future<KafkaBroker> kafka = threads.submit(() -> progress.part(
                    PartName.KAFKA,
                    "127.0.0.1:" + ports.of(PartName.KAFKA),
                    () -> KafkaBroker.in(folder(PartName.KAFKA))
                            .port(ports.of(PartName.KAFKA))
                            .start()));
            Future<PostgresServer> postgres = threads.submit(() ->
                    progress.part(PartName.POSTGRES_TARGET, "127.0.0.1:" + ports.of(PartName.POSTGRES_TARGET), () -> {
                        PostgresServer server = PostgresServer.in(folder(PartName.POSTGRES_TARGET))
                                .port(ports.of(PartName.POSTGRES_TARGET))
                                .tls(forTargets)
                                .start();
                        Shop.fill(server);
                        return server;
                    }));
            Future<MySqlFamilyServer> mysql = threads.submit(() ->
                    progress.part(PartName.MYSQL_TARGET, "127.0.0.1:" + ports.of(PartName.MYSQL_TARGET), () -> {
                        MySqlFamilyServer server = MySqlFamilyServer.in(
                                        folder(PartName.MYSQL_TARGET), Distribution.best())
                                .port(ports.of(PartName.MYSQL_TARGET))
                                .tls(forTargets)
                                .start();
                        Shop.fill(server);
                        return server;
                    }));
            return new Neighbours(settings, ports, authority, get(controlPlane), get(kafka), get(postgres), get(mysql));
        }
    }

    private void services(Neighbours neighbours) {
        ServiceSettings settings = new ServiceSettings(
                home,
                neighbours.settings(),
                neighbours.ports(),
                neighbours.controlPlane(),
                neighbours.kafka().bootstrapServers(),
                neighbours.authority());
        List<Callable<DetachedProcess>> starts = new ArrayList<>();
        for (PartName part : PartName.values()) {
            if (part.service()) {
                int port = neighbours.ports().of(part);
                starts.add(() -> progress.part(
                        part,
                        "127.0.0.1:" + port,
                        () -> new ServiceProcess(home, part)
                                .start(port, settings.of(part), settings.environment(part), notes)));
            }
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            starts.stream().map(threads::submit).toList().forEach(Stack::get);
        }
    }

    private List<TargetSettings> targets(Neighbours neighbours) {
        PostgresServer postgres = neighbours.postgres();
        MySqlFamilyServer mysql = neighbours.mysql();
        return List.of(
                new TargetSettings(
                        arn(ORDERS, "orders-postgres"),
                        Engine.POSTGRES,
                        "18.6",
                        "localhost",
                        postgres.port(),
                        Shop.MASTER,
                        "shop",
                        postgres.adminUser(),
                        postgres.adminPassword().reveal(),
                        Map.of("team", "orders", "env", "demo")),
                new TargetSettings(
                        arn(BILLING, "billing-mysql"),
                        mysql.engine(),
                        mysql.engine() == Engine.MYSQL ? "8.0.31" : "11.4.5",
                        "localhost",
                        mysql.port(),
                        Shop.MASTER,
                        "shop",
                        mysql.adminUser(),
                        mysql.adminPassword().reveal(),
                        Map.of("team", "billing", "env", "demo")));
    }

    private StackState state(Neighbours neighbours) {
        Ports ports = neighbours.ports();
        List<StackState.Part> parts = new ArrayList<>();
        for (PartName part : PartName.values()) {
            long pid = process(part).map(DetachedProcess::pid).orElse(0L);
            parts.add(new StackState.Part(
                    part.label(),
                    part.title(),
                    "ready",
                    "127.0.0.1:" + ports.of(part),
                    pid,
                    log(part).toString()));
        }
        String api = "http://localhost:" + ports.of(PartName.API);
        return new StackState(
                home.directory().toString(),
                api,
                api + "/console",
                LocalIssuer.urlAt(ports.of(Ports.ISSUER)),
                neighbours.kafka().bootstrapServers(),
                "http://127.0.0.1:" + ports.of(PartName.STAND_INS),
                "http://127.0.0.1:" + ports.of(Ports.WEBHOOKS),
                "http://127.0.0.1:" + ports.of(Ports.CHAT),
                neighbours.authority().certificateFile().toString(),
                StandInsProcess.issuerFolder(home).resolve("local-password").toString(),
                neighbours.settings().provisioner().value(),
                neighbours.settings().proxy().value(),
                "localhost:" + ports.of(Ports.PROXY_POSTGRES),
                "localhost:" + ports.of(Ports.PROXY_MYSQL),
                parts,
                targets(neighbours).stream().map(target -> shown(target)).toList());
    }

    private StackState.Target shown(TargetSettings target) {
        PartName part = target.engine() == Engine.POSTGRES ? PartName.POSTGRES_TARGET : PartName.MYSQL_TARGET;
        return new StackState.Target(
                target.engine().label(),
                target.host(),
                target.port(),
                target.superuser(),
                folder(part).resolve("password").toString(),
                target.masterUser(),
                target.arn().toString(),
                target.arn().accountId(),
                List.of("shop", "billing"));
    }

    private Set<String> runningParts() {
        Set<String> running = new TreeSet<>();
        for (PartName part : PartName.values()) {
            if (process(part).isPresent()) {
                running.add(part.label());
            }
        }
        return running;
    }

    private Path folder(PartName part) {
        return home.folder("data/" + part.label());
    }

    private static RdsArn arn(AccountSettings account, String identifier) {
        return new RdsArn("aws", REGION, account.id(), identifier);
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
