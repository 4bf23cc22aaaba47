package dev.sallyport.proxy.node;

import dev.sallyport.aws.AwsConfig;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.cancels.CancelLimits;
import dev.sallyport.proxy.connection.Limits;
import dev.sallyport.proxy.journal.JournalSettings;
import dev.sallyport.proxy.tunnel.TunnelLimits;
import dev.sallyport.secrets.SealedStoreSettings;
import dev.sallyport.secrets.vault.VaultConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The db-proxy's configuration: all keys under {@code sallyport} that it knows. */
@ConfigMapping(prefix = "sallyport")
public interface Settings {

    @WithDefault("production")
    Mode mode();

    Agent agent();

    Secrets secrets();

    /** Where targets' passwords may be besides the sealed store. */
    VaultConfig vault();

    Aws aws();

    Targets targets();

    Proxy proxy();

    /** Where it runs. */
    enum Mode {
        LOCAL,
        PRODUCTION
    }

    /** Who this node is. */
    interface Agent {
        /** {@code agt_…} */
        String id();

        @WithDefault("db-proxy")
        String name();

        @WithDefault("default")
        String network();
    }

    /** The sealed store, read only. */
    interface Secrets {
        String jdbcUrl();

        @WithDefault("sallyport_secrets_reader")
        String username();

        String password();

        Path keysetFile();
    }

    /** How AWS is called, for passwords that Secrets Manager keeps. A login waits for it: it gives up sooner than others do. */
    interface Aws extends AwsConfig {
        @Override
        @WithDefault("sallyport-db-proxy")
        String sessionName();

        @Override
        @WithDefault("10s")
        Duration callTimeout();

        @Override
        @WithDefault("3")
        int maxAttempts();

        /** Whose STS is asked who we are, where the role is used. */
        @WithDefault("us-east-1")
        String region();
    }

    /** The target databases. */
    interface Targets {
        Path caFile();

        /** Whether a target that offers no TLS is logged in to in plain text. */
        @WithDefault("false")
        boolean plainText();

        @WithDefault("5s")
        Duration connectTimeout();

        /** How long a password is kept before it is read again; 0 for not at all. One that is refused is read again at once. */
        @WithDefault("30s")
        Duration passwordsKept();
    }

    /** The proxy itself. */
    interface Proxy {
        /** The address that the listeners are bound to: loopback in local mode and all in production, unless told. */
        Optional<String> bindHost();

        @WithDefault("localhost")
        String advertisedHost();

        Postgres postgres();

        MySql mysql();

        /** The deployment that this node belongs to: a tunnel's token is for one. */
        @WithDefault("default")
        String id();

        Tunnel tunnel();

        /** The ECS task that this is, for who does not run where the container agent says so. */
        Task task();

        Tls tls();

        /** Whether clients may log in without TLS; in local mode only. */
        @WithDefault("false")
        boolean plainClients();

        /** How many event loops; 0 for one per core. */
        @WithDefault("0")
        int eventLoops();

        /** How long a login that is not known is waited for. */
        @WithDefault("500ms")
        Duration grantPatience();

        /** How long before a grant expires its clients are told so, where their protocol can say it; 0s for never. */
        @WithDefault("5m")
        Duration expiryNotice();

        /** How long work in flight may go on once the node is told to stop. */
        @WithDefault("10s")
        Duration drain();

        JournalKeys journal();

        AuditKeys audit();

        LimitKeys limits();

        CancelKeys cancels();
    }

    /** The listener of one protocol. */
    interface Port {
        /** 0 for any free one. */
        int port();
    }

    /** PostgreSQL's listener. */
    interface Postgres extends Port {
        /**
         * Whether clients may ask for replication. What they may replicate the target's rights decide, and {@code REPLICATION} is a right
         * on the whole server; of what flows only the bytes are recorded.
         */
        @WithDefault("false")
        boolean replication();
    }

    /** The tunnels' listener, and their bounds: see {@link TunnelLimits}. */
    interface Tunnel {
        /** Over TLS. 0 for any free one. */
        @WithDefault("7443")
        int port();

        /**
         * Without TLS, on loopback only: for Session Manager, which encrypts what it brings and ends inside of the task. 0 for any
         * free one; none when there is none.
         */
        OptionalInt plainPort();

        /** The public key of who signs the tokens, as PEM. Without it no tunnel is opened. */
        Optional<Path> tokenKeyFile();

        @WithDefault("2000")
        int maxTunnels();

        @WithDefault("20")
        int maxTunnelsPerPerson();

        @WithDefault("256")
        int maxStreams();

        @WithDefault("20s")
        Duration keepalive();
    }

    /** All of it, or nothing. */
    interface Task {
        Optional<String> accountId();

        Optional<String> region();

        Optional<String> cluster();

        Optional<String> taskId();

        Optional<String> runtimeId();
    }

    /** MySQL's listener. */
    interface MySql extends Port {
        /** What every client is told of the server's version; what its target says of itself unless told. */
        Optional<String> version();

        /** Whether LOAD DATA LOCAL INFILE is offered: a server can then ask its clients for any file. */
        @WithDefault("false")
        boolean localInfile();
    }

    /** Our certificate, as PEM files. */
    interface Tls {
        Path certificate();

        Path key();
    }

    /** See {@link JournalSettings}. */
    interface JournalKeys {
        Path directory();

        @WithDefault("16777216")
        int segmentBytes();

        @WithDefault("64")
        int maxSegments();

        /** Clients are not read while more than this waits to be shipped. */
        @WithDefault("268435456")
        long backlogBytes();
    }

    /** See {@link AuditMode}. */
    interface AuditKeys {
        /** Of targets that have none of their own. */
        @WithDefault("bounded")
        AuditMode mode();
    }

    /** See {@link Limits}. */
    interface LimitKeys {
        @WithDefault("15s")
        Duration handshake();

        @WithDefault("1000")
        int unauthenticated();

        @WithDefault("100")
        int unauthenticatedPerAddress();

        @WithDefault("10000")
        int sessions();

        @WithDefault("200")
        int sessionsPerPerson();

        /** 0 for never. */
        @WithDefault("0s")
        Duration idle();
    }

    /** See {@link CancelLimits}. */
    interface CancelKeys {
        @WithDefault("100")
        int perSecond();

        @WithDefault("20")
        int perSecondPerAddress();

        /** Of the topic when it is made here; the Kafka broker's default unless set. */
        Optional<Short> topicReplicas();
    }

    /** @throws IllegalArgumentException when values do not go together; names the key */
    default void check() {
        new AgentId(agent().id());
        if (proxy().plainClients() && mode() != Mode.LOCAL) {
            throw new IllegalArgumentException("sallyport.proxy.plain-clients is for local mode only");
        }
        if (proxy().journal().backlogBytes() < 1) {
            throw new IllegalArgumentException("sallyport.proxy.journal.backlog-bytes must be at least 1");
        }
        proxy().mysql()
                .version()
                .filter(said -> !said.matches("[1-9][0-9]?\\.[!-~]{1,58}"))
                .ifPresent(said -> {
                    throw new IllegalArgumentException(
                            "sallyport.proxy.mysql.version is what clients are told of the server: "
                                    + "a version such as 8.0.36, of at most 60 ASCII characters");
                });
        if (aws().endpointOverride().isPresent() && mode() != Mode.LOCAL) {
            throw new IllegalArgumentException("sallyport.aws.endpoint-override is for local mode only");
        }
        if (targets().passwordsKept().isNegative()) {
            throw new IllegalArgumentException("sallyport.targets.passwords-kept cannot be negative");
        }
        AwsSettings.checkRegion(aws().region());
        aws().settings();
        boolean exposed = vault().settings().filter(vault -> !vault.encrypted()).isPresent();
        if (exposed && mode() != Mode.LOCAL) {
            throw new IllegalArgumentException("sallyport.vault.address has to be https outside of local mode");
        }
        limits();
        cancelLimits();
        tunnelLimits();
        task();
        journal();
    }

    default TunnelLimits tunnelLimits() {
        Tunnel keys = proxy().tunnel();
        return new TunnelLimits(keys.maxTunnels(), keys.maxTunnelsPerPerson(), keys.maxStreams(), keys.keepalive());
    }

    /** @throws IllegalArgumentException when a part of it is missing */
    default Optional<AgentHeartbeat.Task> task() {
        Task keys = proxy().task();
        List<Optional<String>> all =
                List.of(keys.accountId(), keys.region(), keys.cluster(), keys.taskId(), keys.runtimeId());
        if (all.stream().allMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        if (!all.stream().allMatch(Optional::isPresent)) {
            throw new IllegalArgumentException(
                    "sallyport.proxy.task needs account-id, region, cluster, task-id and runtime-id, or none of them");
        }
        return Optional.of(new AgentHeartbeat.Task(
                proxy().id(),
                all.get(0).orElseThrow(),
                all.get(1).orElseThrow(),
                all.get(2).orElseThrow(),
                all.get(3).orElseThrow(),
                all.get(4).orElseThrow()));
    }

    default String bindHost() {
        return proxy().bindHost().orElse(mode() == Mode.LOCAL ? "127.0.0.1" : "0.0.0.0");
    }

    default Limits limits() {
        LimitKeys keys = proxy().limits();
        return new Limits(
                keys.handshake(),
                keys.unauthenticated(),
                keys.unauthenticatedPerAddress(),
                keys.sessions(),
                keys.sessionsPerPerson(),
                keys.idle());
    }

    default CancelLimits cancelLimits() {
        CancelKeys keys = proxy().cancels();
        return new CancelLimits(keys.perSecond(), keys.perSecondPerAddress());
    }

    default JournalSettings journal() {
        JournalKeys keys = proxy().journal();
        return new JournalSettings(keys.directory(), keys.segmentBytes(), keys.maxSegments());
    }

    default SealedStoreSettings sealedStore() {
        Secrets keys = secrets();
        return new SealedStoreSettings(keys.jdbcUrl(), keys.username(), Secret.of(keys.password()), keys.keysetFile());
    }
}
