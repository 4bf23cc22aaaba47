package dev.sallyport.rig;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.process.FreePort;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import dev.sallyport.secrets.Keyset;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The db-proxy as it is shipped, in a process of its own, with what it needs: a broker, the sealed store, an authority for all
 * certificates. {@link #grant} opens a way through it.
 *
 * <pre>
 *  program ──▶ Endpoint.direct ─────────────────────▶ database (the test's)
 *  program ──▶ grant(…) ──▶ packaged proxy, TLS ────▶ the same database, the same user
 *                                 └──▶ Kafka ──▶ trail(): what was recorded
 * </pre>
 */
public final class PackagedProxy implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long POLL_NANOS = 100_000_000;
    private static final Duration GRANT = Duration.ofHours(4);
    private static final InstantSource CLOCK = InstantSource.system();

    private final Path folder;
    private final ControlPlane plane;
    private final KafkaBroker kafka;
    private final LocalAuthority authority;
    private final SealedSecretStore secrets;
    private final KafkaProducer<String, String> producer;
    private final Properties settings = new Properties();
    private final int postgresPort = FreePort.any();
    private final int mySqlPort = FreePort.any();
    private final PackagedService service;

    /** Starts it with its neighbours in {@code folder}; {@code javaOptions} such as {@code -Xmx64m} come last. */
    public PackagedProxy(Path folder, String... javaOptions) {
        this(folder, Map.of(), javaOptions);
    }

    /** The same with settings that override ours. */
    public PackagedProxy(Path folder, Map<String, String> more, String... javaOptions) {
        this.folder = folder;
        plane = ControlPlane.forTests(folder.resolve("plane"));
        kafka = KafkaBroker.in(folder.resolve("kafka")).start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()), new StringSerializer(), new StringSerializer());
        authority = LocalAuthority.in(folder.resolve("tls"));
        Path keyset = folder.resolve("keyset.json");
        Keyset.create(keyset);
        SealedStoreSettings sealed = new SealedStoreSettings(
                plane.jdbcUrl(), "sallyport_secrets", plane.password("sallyport_secrets"), keyset);
        SealedSecretStore.migrate(sealed);
        secrets = SealedSecretStore.open(sealed);
        // The topic is there before the proxy looks for it.
        publish(state(
                new Way(Engine.POSTGRES, 1, "nobody", "nobody", Secret.random(24)),
                "none",
                Secret.random(32),
                AuditMode.BOUNDED));
        settle(keyset);
        settings.putAll(more);
        List<String> options = new ArrayList<>(List.of("-XX:MaxDirectMemorySize=256m"));
        options.addAll(List.of(javaOptions));
        service = new PackagedService("services/db-proxy/proxy", folder, settings, options);
    }

    /** A database to be reached, and as whom. */
    private record Way(Engine engine, int port, String database, String user, Secret password) {}

    private void settle(Path keyset) {
        ServerCertificate certificate = authority.issue("proxy", "localhost");
        settings.putAll(plane.settingsFor("db-proxy"));
        settings.putAll(Map.of(
                "sallyport.mode", "local",
                "sallyport.agent.id", AgentId.next(CLOCK).value(),
                "sallyport.secrets.keyset-file", keyset.toString(),
                "sallyport.targets.ca-file", authority.certificateFile().toString(),
                "sallyport.proxy.tls.certificate", certificate.certificate().toString(),
                "sallyport.proxy.tls.key", certificate.key().toString(),
                "sallyport.proxy.journal.directory", folder.resolve("journal").toString(),
                "sallyport.proxy.grant-patience", "10s",
                "kafka.bootstrap.servers", kafka.bootstrapServers()));
        settings.putAll(Map.of(
                "sallyport.proxy.postgres.port",
                Integer.toString(postgresPort),
                "sallyport.proxy.mysql.port",
                Integer.toString(mySqlPort),
                "sallyport.proxy.limits.sessions-per-person",
                "5000",
                "sallyport.proxy.limits.unauthenticated-per-address",
                "1000"));
    }

    /** What the proxy says of itself at {@code /q/metrics}. */
    public String metrics() {
        return service.metrics();
    }

    /** Issues the databases' certificates; the proxy trusts it. */
    public LocalAuthority authority() {
        return authority;
    }

    /** Everything that the proxy printed. */
    public Path log() {
        return service.log();
    }

    /** The proxy's process; another one after {@link #restart}. */
    public DetachedProcess process() {
        return service.process();
    }

    /** Starts it again, after it was stopped or killed. */
    public void restart() {
        service.restart();
    }

    /**
     * A live grant on {@code database} of the engine's server at localhost:{@code port}, as its user {@code user}.
     *
     * @param port of the database; it offers TLS with a certificate of {@link #authority} for localhost
     */
    public Endpoint grant(Engine engine, int port, String database, String user, Secret password) {
        return grant(engine, port, database, user, password, AuditMode.BOUNDED);
    }

    /** The same with what is asked of the record of a statement. */
    public Endpoint grant(Engine engine, int port, String database, String user, Secret password, AuditMode auditMode) {
        Secret secret = Secret.random(32);
        Way way = new Way(engine, port, database, user, password);
        String secretId = "clients/" + GrantId.next(CLOCK);
        secrets.stage(secretId, Map.of("PASSWORD", password));
        secrets.publish(secretId);
        GrantState state = state(way, secretId, secret, auditMode);
        publish(state);
        int listener = engine == Engine.POSTGRES ? postgresPort : mySqlPort;
        return new Endpoint(
                "proxy",
                "localhost",
                listener,
                database,
                state.login(),
                secret,
                authority.certificateFile(),
                Optional.of(state.grantId()));
    }

    /** Ends a grant, as the broker does. */
    public void close(GrantId grant) {
        send(new ProducerRecord<>(Topics.GRANTS_STATE, grant.value(), null));
    }

    /** Waits until all that was recorded is shipped. */
    public void awaitShipped() {
        await("the journal to be shipped", () -> total("sallyport_proxy_journal_backlog_bytes") == 0);
    }

    /** Waits until the clients have gone and all that was recorded of them is shipped. */
    public void awaitQuiet() {
        await("the clients to go", () -> total("sallyport_proxy_connections") == 0);
        awaitShipped();
    }

    /** What the proxy recorded of {@code grant}, once its clients have gone and all is shipped. */
    public Trail trail(GrantId grant) {
        awaitQuiet();
        return Trail.read(kafka.bootstrapServers(), grant);
    }

    /** Where the records are shipped to. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** How many records the topic of statements holds. */
    public long statementsInKafka() {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.QUERIES).stream()
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** The sum of the proxy's metric {@code name} over its labels. */
    public double total(String name) {
        return service.total(name);
    }

    private static GrantState state(Way way, String secretId, Secret secret, AuditMode auditMode) {
        GrantId id = GrantId.next(CLOCK);
        return new GrantState(
                id,
                RequestId.next(CLOCK),
                new Grantee("clients", "clients", "clients@example.com"),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:111122223333:db:clients/" + way.database),
                        way.engine,
                        "localhost",
                        way.port,
                        way.user,
                        way.user,
                        new GrantTarget.SecretRef("database", secretId, "PASSWORD"),
                        auditMode),
                id.value(),
                LoginVerifiers.of(secret),
                Instant.now(),
                Instant.now().plus(GRANT));
    }

    private void publish(GrantState grant) {
        Event<GrantState> event =
                Event.of(EventType.GRANT_STATE, "/sallyport/grant-broker", grant.grantId(), CLOCK.instant(), grant);
        ProducerRecord<String, String> record =
                new ProducerRecord<>(Topics.GRANTS_STATE, grant.grantId().value(), EventJson.write(event));
        record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
        send(record);
    }

    private void send(ProducerRecord<String, String> record) {
        try {
            producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker took no grant", e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + PATIENCE.toSeconds() + " s for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (UncheckedIOException noAnswer) {
            return false;
        }
    }

    @Override
    public void close() {
        service.close();
        producer.close();
        secrets.close();
        kafka.close();
        plane.close();
    }
}
