package dev.sallyport.broker.identitycenter;

import static org.awaitility.Awaitility.await;

import dev.sallyport.broker.Json;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A real PostgreSQL and Kafka and a stand-in for AWS, and packaged brokers that share them. */
final class BrokerSite implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private final Path folder;
    private final ControlPlane plane;
    private final KafkaBroker kafka;
    private final AwsStandIn aws;
    private final StoreUser alice;
    private final Map<String, String> settings = new HashMap<>();
    private final List<PackagedBroker> launched = new ArrayList<>();

    BrokerSite(Path folder) throws IOException {
        this.folder = folder;
        plane = ControlPlane.forTests(folder.resolve("postgres"));
        kafka = KafkaBroker.in(folder.resolve("kafka")).start();
        aws = AwsNeighbour.standIn();
        alice = aws.cloud().identityCenter().addUser("alice", "Alice", "alice@example.com");
        settings.putAll(plane.settingsFor("grant-broker"));
        settings.putAll(AwsNeighbour.settings(aws));
        settings.put("sallyport.identity-center.activation-deadline", "5m");
        settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        settings.put("sallyport.mode", "local");
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.log.console.json.enabled", "false");
        settings.put("aws.access.key.id", AwsNeighbour.KEY_ID);
        settings.put("aws.secret.access.key", AwsNeighbour.KEY);
    }

    /** For the brokers that are launched from now on. */
    void set(String key, String value) {
        settings.put(key, value);
    }

    /** One more broker; {@link #close} ends it. */
    PackagedBroker launch() {
        PackagedBroker broker =
                PackagedBroker.start(settings, FreePort.any(), folder.resolve("log-" + launched.size()));
        launched.add(broker);
        return broker;
    }

    void awaitMigrated() {
        await().atMost(PATIENCE)
                .until(() -> number("SELECT count(*) FROM information_schema.tables"
                                + " WHERE table_schema = 'broker' AND table_name = 'provisionings'")
                        == 1);
    }

    AwsStandIn aws() {
        return aws;
    }

    StoreUser alice() {
        return alice;
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    void send(List<? extends Event<?>> events) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            events.forEach(event -> producer.send(
                    new ProducerRecord<>(Topics.GRANTS_COMMANDS, event.subject(), EventJson.write(event))));
            producer.flush();
        }
    }

    /** As if each had been activated: with what is stored of one, except for the time of its end. */
    void insertLiveGrants(int count, Instant first, Duration span) throws SQLException {
        Orders model = Orders.next();
        String data = Json.write(model.activate(Duration.ofHours(1)).data()).replace("\"ssm\"", "\"direct\"");
        try (Connection connection = connect();
                var insert = connection.prepareStatement("""
                        INSERT INTO broker.grants (id, revision, phase, message, terms, credentials_version, activated_at, expires_at)
                        VALUES (?, 2, 'ACTIVE', '', ?, 0, now(), ?)""")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                String id = GrantId.next(InstantSource.system()).value();
                insert.setString(1, id);
                insert.setString(2, data.replace(model.grant().value(), id));
                insert.setObject(
                        3, first.plus(span.multipliedBy(i).dividedBy(count)).atOffset(ZoneOffset.UTC));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    long closed() throws SQLException {
        return number("SELECT count(*) FROM broker.grants WHERE phase = 'CLOSED'");
    }

    /** The one number that {@code sql} asks for. */
    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** How much later than it was to end each grant was closed, sorted. */
    List<Duration> lateness() throws SQLException {
        List<Duration> late = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT extract(epoch FROM closed_at - expires_at) FROM broker.grants WHERE phase = 'CLOSED'
                        ORDER BY 1""")) {
            while (rows.next()) {
                late.add(Duration.ofMillis(Math.round(rows.getDouble(1) * 1000)));
            }
        }
        return late;
    }

    /** When each grant was to end. */
    Map<String, Instant> ends() throws SQLException {
        Map<String, Instant> ends = new HashMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, expires_at FROM broker.grants")) {
            while (rows.next()) {
                ends.put(rows.getString(1), rows.getTimestamp(2).toInstant());
            }
        }
        return ends;
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

    @Override
    public void close() throws InterruptedException {
        for (PackagedBroker broker : launched) {
            broker.kill();
        }
        aws.close();
        kafka.close();
        plane.close();
    }
}
