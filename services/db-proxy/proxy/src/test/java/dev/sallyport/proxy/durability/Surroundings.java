package dev.sallyport.proxy.durability;

import static org.awaitility.Awaitility.await;

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
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.process.FreePort;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import dev.sallyport.secrets.Keyset;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** All that a db-proxy needs around it: a broker, a target with a table {@code done}, the sealed store, certificates, a grant. */
final class Surroundings implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Secret ROLE_PASSWORD = Secret.random(24);

    final PostgresServer target;
    private final Path folder;
    private final ControlPlane plane;
    private final Path keyset;
    private final ServerCertificate certificate;
    private final Secret login = Secret.random(32);
    private final int brokerPort = FreePort.any();
    private KafkaBroker broker;

    Surroundings(Path folder) throws Exception {
        this.folder = folder;
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        certificate = authority.issue("proxy", "localhost");
        plane = ControlPlane.forTests(folder.resolve("plane"));
        target = PostgresServer.in(folder.resolve("target"))
                .forTests()
                .tls(authority.issue("target"))
                .start();
        target.execute(
                "postgres",
                "CREATE ROLE hoop_rw LOGIN PASSWORD '" + ROLE_PASSWORD.reveal() + "'",
                "CREATE DATABASE orders");
        target.execute("orders", "CREATE TABLE done (n int, filler text)", "GRANT SELECT, INSERT ON done TO hoop_rw");
        keyset = folder.resolve("keyset.json");
        Keyset.create(keyset);
        storePassword();
        broker = startBroker();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            NewTopic grants = new NewTopic(Topics.GRANTS_STATE, Optional.of(3), Optional.empty())
                    .configs(Map.of("cleanup.policy", "compact"));
            admin.createTopics(List.of(grants)).all().get();
        }
    }

    private void storePassword() {
        SealedStoreSettings settings = new SealedStoreSettings(
                plane.jdbcUrl(), "sallyport_secrets", plane.password("sallyport_secrets"), keyset);
        SealedSecretStore.migrate(settings);
        try (SealedSecretStore store = SealedSecretStore.open(settings)) {
            store.stage("dbroles/rw", Map.of("PASSWORD", ROLE_PASSWORD));
            store.publish("dbroles/rw");
        }
    }

    KafkaBroker startBroker() {
        broker = KafkaBroker.in(folder.resolve("kafka")).port(brokerPort).start();
        return broker;
    }

    void stopBroker() {
        broker.close();
    }

    /** What a db-proxy is to be started with, besides its ports and its journal. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(plane.settingsFor("db-proxy"));
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("sallyport.mode", "local");
        settings.put("sallyport.agent.id", AgentId.next(CLOCK).value());
        settings.put("sallyport.secrets.keyset-file", keyset.toString());
        settings.put("sallyport.targets.ca-file", certificate.authority().toString());
        settings.put(
                "sallyport.proxy.tls.certificate", certificate.certificate().toString());
        settings.put("sallyport.proxy.tls.key", certificate.key().toString());
        return settings;
    }

    /** A new grant of one hour for the target, known to whoever reads the topic. */
    GrantState grant(AuditMode mode) {
        GrantId id = GrantId.next(CLOCK);
        GrantState grant = new GrantState(
                id,
                RequestId.next(CLOCK),
                new Grantee("ada", "ada", "ada@example.com"),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/orders"),
                        Engine.POSTGRES,
                        "127.0.0.1",
                        target.port(),
                        "hoop_rw",
                        "hoop_rw",
                        new GrantTarget.SecretRef("database", "dbroles/rw", "PASSWORD"),
                        mode),
                id.value(),
                LoginVerifiers.of(login),
                Instant.now(),
                Instant.now().plus(Duration.ofHours(1)));
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            Event<GrantState> event = Event.of(EventType.GRANT_STATE, "/test", id, CLOCK.instant(), grant);
            producer.send(new ProducerRecord<>(Topics.GRANTS_STATE, event.subject(), EventJson.write(event)));
        }
        return grant;
    }

    /** How JDBC logs in with the grant. */
    Properties login(GrantState grant) {
        Properties properties = new Properties();
        properties.setProperty("user", grant.login());
        properties.setProperty("password", login.reveal());
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", certificate.authority().toString());
        properties.setProperty("preferQueryMode", "simple");
        return properties;
    }

    /** All public events so far and to come, each once by its id, until {@code enough} of them. */
    List<Event<?>> events(Predicate<List<Event<?>>> enough) {
        Map<String, Event<?>> events = new LinkedHashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        UUID.randomUUID().toString(),
                        "auto.offset.reset",
                        "earliest",
                        "metadata.max.age.ms",
                        "500"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.EVENTS, Topics.QUERIES));
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
                consumer.poll(Duration.ofMillis(300)).forEach(record -> {
                    Event<?> event = EventJson.read(record.value());
                    Event<?> known = events.putIfAbsent(event.id().value(), event);
                    if (known != null && !EventJson.write(known).equals(record.value())) {
                        throw new AssertionError("one id, two events: " + event.id());
                    }
                });
                return enough.test(List.copyOf(events.values()));
            });
        }
        return List.copyOf(events.values());
    }

    @Override
    public void close() {
        broker.close();
        target.close();
        plane.close();
    }
}
