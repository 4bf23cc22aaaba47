package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.broker.Json;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.StoreUser;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped, killed with {@code kill -9} wherever it hurts. */
class PackagedBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LIVE = 10_000;

    @TempDir
    private static Path folder;

    private final Map<String, String> settings = new HashMap<>();
    private ControlPlane plane;
    private KafkaBroker kafka;
    private AwsStandIn aws;
    private StoreUser alice;
    private Process broker;
    private int starts;

    @BeforeEach
    void start() throws IOException {
        Path here = folder.resolve(Long.toString(System.nanoTime()));
        plane = ControlPlane.forTests(here.resolve("postgres"));
        kafka = KafkaBroker.in(here.resolve("kafka")).start();
        aws = AwsNeighbour.standIn();
        alice = aws.cloud().identityCenter().addUser("alice", "Alice", "alice@example.com");
        settings.putAll(plane.settingsFor("grant-broker"));
        settings.putAll(AwsNeighbour.settings(aws));
        settings.put("sallyport.identity-center.activation-deadline", "5m");
        settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        settings.put("sallyport.mode", "local");
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(FreePort.any()));
        settings.put("quarkus.log.console.json.enabled", "false");
        settings.put("aws.access.key.id", AwsNeighbour.KEY_ID);
        settings.put("aws.secret.access.key", AwsNeighbour.KEY);
        broker = launch();
    }

    @AfterEach
    void stop() throws InterruptedException {
        broker.destroyForcibly().waitFor();
        aws.close();
        kafka.close();
        plane.close();
    }

    @Test
    void aBrokerThatIsKilledAfterEachCallToAwsBringsAGrantUpAndDownAllTheSame() throws Exception {
        Orders orders = Orders.next();
        aws.cloud().identityCenter().provisioningTime(Duration.ofSeconds(1));
        send(orders.activate(Duration.ofHours(1)));
        killAfter("identitystore:GetUserId");
        killAfter("sso:CreatePermissionSet");
        killAfter("sso:PutInlinePolicyToPermissionSet");
        killAfter("sso:CreateAccountAssignment");
        killAfter("sso:DescribeAccountAssignmentCreationStatus");

        awaitPhase(orders, "ACTIVE");
        assertThat(aws.cloud().identityCenter().permissionSetNames())
                .containsExactly(orders.grant().value());
        assertThat(aws.cloud().identityCenter().rolesOf(alice.userId())).hasSize(1);

        aws.traffic().reset();
        send(orders.close(false));
        killAfter("sso:DeleteAccountAssignment");
        killAfter("sso:DescribeAccountAssignmentDeletionStatus");
        killAfter("sso:DeletePermissionSet");

        awaitPhase(orders, "CLOSED");
        assertThat(aws.cloud().identityCenter().permissionSetNames()).isEmpty();
        assertThat(aws.cloud().identityCenter().rolesOf(alice.userId())).isEmpty();
    }

    /** That each ends within the second is measured, not asserted: docs/verified.md has what was seen. */
    @Test
    void tenThousandLiveGrantsEndOnceEachInTheirOrderThoughTheBrokerIsKilledMeanwhile() throws Exception {
        awaitMigrated();
        Instant first = Instant.now().plusSeconds(15);
        insertLiveGrants(first, Duration.ofSeconds(40));
        await().atMost(PATIENCE).until(() -> closed() > LIVE / 4);
        kill();

        await().atMost(Duration.ofSeconds(240)).until(() -> closed() == LIVE);

        assertThat(number("SELECT count(*) FROM broker.grants WHERE phase = 'CLOSED' AND revision = 4"))
                .isEqualTo(LIVE);
        assertThat(number("SELECT count(*) FROM broker.grants WHERE closed_at < expires_at"))
                .isZero();
        assertThat(number("""
                        SELECT count(*) FROM (
                          SELECT closed_at, lag(closed_at) OVER (ORDER BY expires_at) AS before FROM broker.grants) g
                        WHERE closed_at < before""")).isZero();
        assertThat(closedEvents()).hasSize(LIVE);
        System.out.println("10,000 grants in 40 s, the broker killed in between: " + lateness());
    }

    private void killAfter(String action) throws Exception {
        await().alias("a call of " + action)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> aws.traffic().calls().containsKey(action));
        kill();
    }

    private void kill() throws Exception {
        broker.destroyForcibly().waitFor();
        broker = launch();
    }

    private Process launch() throws IOException {
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-jar",
                "target/quarkus-app/quarkus-run.jar");
        settings.forEach((key, value) ->
                process.environment().put(key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
        return process.redirectErrorStream(true)
                .redirectOutput(folder.resolve("log-" + starts++).toFile())
                .start();
    }

    private void send(Event<?> event) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.GRANTS_COMMANDS, event.subject(), EventJson.write(event)));
            producer.flush();
        }
    }

    private void awaitPhase(Orders orders, String phase) {
        await().atMost(PATIENCE)
                .until(() -> number("SELECT count(*) FROM broker.grants WHERE phase = '" + phase + "' AND id = '"
                                + orders.grant().value() + "'")
                        == 1);
    }

    private void awaitMigrated() {
        await().atMost(PATIENCE)
                .until(() -> number("SELECT count(*) FROM information_schema.tables"
                                + " WHERE table_schema = 'broker' AND table_name = 'provisionings'")
                        == 1);
    }

    /** As if each had been activated: with what is stored of one, except for the time of its end. */
    private void insertLiveGrants(Instant first, Duration span) throws SQLException {
        Orders model = Orders.next();
        String data = Json.write(model.activate(Duration.ofHours(1)).data()).replace("\"ssm\"", "\"direct\"");
        try (Connection connection = connect();
                var insert = connection.prepareStatement("""
                        INSERT INTO broker.grants (id, revision, phase, message, terms, credentials_version, activated_at, expires_at)
                        VALUES (?, 2, 'ACTIVE', '', ?, 0, now(), ?)""")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < LIVE; i++) {
                String id = GrantId.next(InstantSource.system()).value();
                insert.setString(1, id);
                insert.setString(2, data.replace(model.grant().value(), id));
                insert.setObject(
                        3, first.plus(span.multipliedBy(i).dividedBy(LIVE)).atOffset(java.time.ZoneOffset.UTC));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    private long closed() throws SQLException {
        return number("SELECT count(*) FROM broker.grants WHERE phase = 'CLOSED'");
    }

    private String lateness() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT percentile_disc(ARRAY[0.5, 0.75, 0.9, 0.99, 1.0]) WITHIN GROUP (ORDER BY closed_at - expires_at)
                        FROM broker.grants""")) {
            row.next();
            return "late by (p50, p75, p90, p99, worst) " + row.getString(1);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Connection connect() throws SQLException {
        String host = settings.get("sallyport.database.host");
        String port = settings.get("sallyport.database.port");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host + ":" + port + "/"
                        + settings.getOrDefault("sallyport.database.name", "sallyport"),
                "sallyport_broker",
                settings.get("sallyport.database.password"));
    }

    /** The ids of the grants that the public heard of; each event once. */
    private Set<String> closedEvents() {
        Map<String, Object> client = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "group.id", "the-test", "auto.offset.reset", "earliest");
        Set<String> closed = new TreeSet<>();
        List<String> twice = new ArrayList<>();
        Set<String> events = new TreeSet<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.EVENTS));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    Event<?> event = EventJson.read(record.value());
                    if (event.type().equals(EventType.GRANT_CLOSED.name())
                            && events.add(event.id().value())
                            && !closed.add(event.subject())) {
                        twice.add(event.subject());
                    }
                });
                return closed.size() == LIVE;
            });
        }
        assertThat(twice).isEmpty();
        return closed;
    }
}
