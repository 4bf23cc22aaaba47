package dev.sallyport.proxy.node;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSecrets;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.proxy.audit.DamageReport;
import dev.sallyport.proxy.cancels.CancelExchange;
import dev.sallyport.proxy.connection.Listener;
import dev.sallyport.proxy.connection.Node;
import dev.sallyport.proxy.connection.OtherNodes;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.proxy.connection.Transport;
import dev.sallyport.proxy.grants.GrantDirectory;
import dev.sallyport.proxy.grants.GrantFeed;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.shipping.Shipper;
import dev.sallyport.proxy.targets.Passwords;
import dev.sallyport.proxy.targets.SecretReader;
import dev.sallyport.proxy.targets.TargetConnector;
import dev.sallyport.proxy.targets.TargetTls;
import dev.sallyport.proxy.tracing.Tracing;
import dev.sallyport.proxy.tunnel.TunnelTokens;
import dev.sallyport.proxy.tunnel.Tunnels;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SecretStores;
import dev.sallyport.secrets.vault.Vault;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the node and ends it. The start goes on behind the application's: what is not there yet is waited for, and {@link
 * #waitingFor()} says what it is.
 *
 * <pre>
 *  journal ─▶ shipper ─▶ grants caught up ─▶ listeners bound: ready
 *  SIGTERM ─▶ no more accepts ─▶ work in flight ends, or is ended ─▶ shipper ships what it can ─▶ journal closed
 * </pre>
 */
@ApplicationScoped
public class ProxyNode {

    private static final Logger LOG = Logger.getLogger(ProxyNode.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final Duration LAST_SHIPPING = Duration.ofSeconds(5);

    private final Settings settings;
    private final List<Protocol> protocols;
    private final String bootstrapServers;
    private final InstantSource clock = InstantSource.system();
    private final Meters meters;
    private final @Nullable Tracing tracing;
    private final GrantDirectory grants;
    private final Thread starter =
            Thread.ofPlatform().name("node-start").daemon().unstarted(this::startAll);
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Journal journal;
    private volatile @Nullable Shipper shipper;
    private volatile @Nullable GrantFeed feed;
    private volatile @Nullable Transport transport;
    private volatile @Nullable Node node;
    private volatile @Nullable Tunnels tunnels;
    private volatile @Nullable Heartbeats heartbeats;
    private volatile @Nullable CancelExchange cancels;
    private volatile String waitingFor = "the start";
    private volatile boolean stopping;

    ProxyNode(
            Settings settings,
            @All List<Protocol> protocols,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            MeterRegistry registry,
            OpenTelemetry telemetry,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean telemetryOff) {
        this.settings = settings;
        this.protocols = protocols;
        this.bootstrapServers = bootstrapServers;
        this.tracing = telemetryOff ? null : new Tracing(telemetry, clock);
        this.grants = new GrantDirectory(clock, settings.proxy().grantPatience());
        this.meters =
                new Meters(registry, protocols.stream().map(Protocol::name).toList());
    }

    void start(@Observes StartupEvent event) {
        settings.check();
        starter.start();
    }

    private void startAll() {
        try {
            Journal opened = patiently("the journal", () -> Journal.open(settings.journal()));
            journal = opened;
            patiently("the journal's report of damages", () -> {
                DamageReport.write(opened, new AgentId(settings.agent().id()), clock);
                return opened;
            });
            Shipper shipping = patiently(
                    "the journal's checkpoint",
                    () -> Shipper.start(opened, settings.journal().directory(), bootstrapServers, clock.instant()));
            shipper = shipping;
            GrantFeed following = new GrantFeed(grants, bootstrapServers);
            feed = following;
            Transport loops = new Transport(settings.proxy().eventLoops());
            transport = loops;
            CancelExchange exchange = new CancelExchange(
                    bootstrapServers,
                    settings.proxy().cancels().topicReplicas(),
                    settings.cancelLimits(),
                    protocols,
                    clock,
                    meters);
            cancels = exchange;
            Node made = patiently("certificates", () -> node(opened, shipping, loops, exchange));
            node = made;
            exchange.start();
            Heartbeats beating = new Heartbeats(settings, bootstrapServers, clock, this::advertised, task());
            heartbeats = beating;
            beating.start();
            meters.watch(opened, shipping, grants, made);
            following.start();
            while (!grants.caughtUp()) {
                waitingFor = "grants: " + following.state();
                pause(Duration.ofMillis(20));
            }
            for (Protocol protocol : protocols) {
                listeners.add(patiently(
                        "the port of " + protocol.name(),
                        () -> Listener.bind(made, loops, protocol, settings.bindHost(), port(protocol))));
            }
            listenForTunnels(made, loops);
            waitingFor = "";
            beating.now();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listenForTunnels(Node made, Transport loops) throws InterruptedException {
        Settings.Tunnel keys = settings.proxy().tunnel();
        if (keys.tokenKeyFile().isEmpty()) {
            LOG.info("no tunnels: sallyport.proxy.tunnel.token-key-file is not set");
            return;
        }
        TunnelTokens tokens = patiently(
                "the tunnels' key",
                () -> TunnelTokens.of(
                        keys.tokenKeyFile().get(), settings.proxy().id(), clock));
        Tunnels opened = new Tunnels(
                new Tunnels.Parts(made, grants, tokens, protocols, settings.tunnelLimits(), meters, version()));
        tunnels = opened;
        meters.watch(opened);
        listen("tunnel", opened.door(Optional.of(made.clientTls())), loops, settings.bindHost(), keys.port());
        if (keys.plainPort().isPresent()) {
            int plain = keys.plainPort().getAsInt();
            listen("tunnel-plain", opened.door(Optional.empty()), loops, LOOPBACK, plain);
        }
    }

    private void listen(String name, Listener.Door door, Transport loops, String host, int port)
            throws InterruptedException {
        listeners.add(patiently("the port of " + name, () -> Listener.bind(loops, name, door, host, port)));
    }

    static String version() {
        String version = ProxyNode.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private EcsTask task() {
        return new EcsTask(
                settings.proxy().id(),
                settings.task(),
                Optional.ofNullable(System.getenv("ECS_CONTAINER_METADATA_URI_V4"))
                        .map(URI::create));
    }

    private <T> T patiently(String what, Supplier<T> attempt) throws InterruptedException {
        while (true) {
            try {
                return attempt.get();
            } catch (RuntimeException e) {
                String why = what + ": " + e.getMessage();
                if (!why.equals(waitingFor)) {
                    LOG.errorf("not ready, trying again: %s", why);
                }
                waitingFor = why;
                pause(RETRY);
            }
        }
    }

    private void pause(Duration time) throws InterruptedException {
        if (stopping) {
            throw new InterruptedException("stopping");
        }
        Thread.sleep(time);
    }

    private Node node(Journal opened, Shipper shipping, Transport loops, OtherNodes otherNodes) {
        return new Node(new Node.Parts(
                new AgentId(settings.agent().id()),
                clock,
                settings.limits(),
                grants,
                opened,
                () -> shipping.backlogBytes() > settings.proxy().journal().backlogBytes() || opened.outrunsDisk(),
                passwords(),
                new TargetConnector(loops, settings.targets().connectTimeout()),
                TargetTls.trusting(settings.targets().caFile()),
                clientTls(),
                settings.proxy().plainClients(),
                settings.targets().plainText(),
                meters,
                meters,
                settings.proxy().audit().mode(),
                settings.proxy().expiryNotice(),
                otherNodes,
                tracing));
    }

    private SslContext clientTls() {
        Settings.Tls files = settings.proxy().tls();
        try {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "sallyport.proxy.tls: " + files.certificate() + " and its key cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private Passwords passwords() {
        Supplier<SecretStores> stores = stores();
        return new Passwords(
                new SecretReader(stores, awsSecrets(stores)), settings.targets().passwordsKept());
    }

    /** Opened when it is first needed, so that a store out of reach keeps nothing from starting. */
    private Supplier<SecretStores> stores() {
        return once(() -> new SecretStores(
                SealedSecretStore.open(settings.sealedStore()),
                settings.vault().settings().map(vault -> new Vault(vault, InstantSource.system()))));
    }

    /** The first that {@code maker} made; it may throw, and is asked again then. */
    private static <T> Supplier<T> once(Supplier<T> maker) {
        return new Supplier<>() {
            private @Nullable T made;

            @Override
            public synchronized T get() {
                T known = made;
                if (known == null) {
                    known = maker.get();
                    made = known;
                }
                return known;
            }
        };
    }

    /** Under the task's own role where that may be used, else under the access that is stored. */
    private AwsSecrets awsSecrets(Supplier<SecretStores> stores) {
        Settings.Aws aws = settings.aws();
        AwsSettings how = aws.settings();
        if (aws.instanceRoleAllow()) {
            return new AwsSecrets(once(() -> new AwsAccess(how, new AwsIdentitySource.InstanceRole(aws.region()))));
        }
        Supplier<StoredAwsAccess> stored =
                once(() -> new StoredAwsAccess(how, () -> stores.get().sealed().current(AwsIdentitySource.SECRET_ID)));
        return new AwsSecrets(() -> stored.get().current());
    }

    private int port(Protocol protocol) {
        return switch (protocol.name()) {
            case "postgres" -> settings.proxy().postgres().port();
            case "mysql" -> settings.proxy().mysql().port();
            default -> throw new IllegalStateException("no port is configured for " + protocol.name());
        };
    }

    private List<AgentHeartbeat.Listener> advertised() {
        return listeners.stream()
                .map(one ->
                        new AgentHeartbeat.Listener(one.name(), settings.proxy().advertisedHost(), one.port()))
                .toList();
    }

    /** The port on which {@code protocol}, or {@code tunnel}, is listened for; empty until it is. */
    public Optional<Integer> portOf(String protocol) {
        return listeners.stream()
                .filter(one -> one.name().equals(protocol))
                .map(Listener::port)
                .findFirst();
    }

    /** What the node cannot take clients for; empty when it can. */
    public Optional<String> waitingFor() {
        if (stopping) {
            return Optional.of("stopping");
        }
        if (!waitingFor.isEmpty()) {
            return Optional.of(waitingFor);
        }
        Journal open = journal;
        String unwritable = open == null ? null : open.unwritable();
        return unwritable == null ? Optional.empty() : Optional.of("the journal: " + unwritable);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        try {
            starter.interrupt();
            starter.join(Duration.ofSeconds(5));
            listeners.forEach(Listener::close);
            Node running = node;
            if (running != null) {
                Tunnels through = tunnels;
                if (through != null) {
                    through.goAway();
                }
                running.drain(settings.proxy().drain());
                if (through != null) {
                    through.end(LAST_WORDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeAll();
        }
    }

    private void closeAll() {
        GrantFeed following = feed;
        if (following != null) {
            following.close();
        }
        CancelExchange exchange = cancels;
        if (exchange != null) {
            exchange.close();
        }
        Heartbeats beating = heartbeats;
        if (beating != null) {
            beating.close();
        }
        Transport loops = transport;
        if (loops != null) {
            loops.close();
        }
        Shipper shipping = shipper;
        if (shipping != null) {
            shipping.stop(LAST_SHIPPING);
        }
        Journal open = journal;
        if (open != null) {
            open.close();
        }
    }
}
