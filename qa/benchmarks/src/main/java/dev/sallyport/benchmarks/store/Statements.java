package dev.sallyport.benchmarks.store;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.EventId;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends statements of several sessions in turn, as the db-proxy does: each session a chain, and in the order of its links. */
final class Statements implements AutoCloseable {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Grantee ENGINEER = new Grantee("sub-1", "engineer", "engineer@example.com");
    private static final RdsDatabaseId TARGET =
            RdsDatabaseId.parse("arn:aws:rds:eu-west-1:111122223333:db:orders/shop");

    private final KafkaProducer<String, byte[]> producer;
    private final List<Session> sessions;

    Statements(String bootstrapServers, int sessions) {
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024,
                        ProducerConfig.ENABLE_METRICS_PUSH_CONFIG,
                        false),
                new StringSerializer(),
                new ByteArraySerializer());
        this.sessions = Stream.generate(Session::new).limit(sessions).toList();
    }

    /** Returns when the broker has them all. */
    void send(int count) {
        for (int i = 0; i < count; i++) {
            Event<StatementExecuted> event = sessions.get(i % sessions.size()).next();
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(Topics.QUERIES, event.subject(), EventJson.bytes(event));
            record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
            producer.send(record);
        }
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }

    /** One client's connection. */
    private static final class Session {

        private final SessionId id = SessionId.next(CLOCK);
        private final GrantId grant = GrantId.next(CLOCK);
        private long sequence;
        private String hash = StatementChain.START;

        Event<StatementExecuted> next() {
            sequence++;
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            String previous = hash;
            hash = StatementChain.hash(List.of(statement(now, previous, "")));
            String name = id + "/statement/" + sequence + "/1";
            return new Event<>(
                    "1.0",
                    EventId.derived(now, name),
                    "/sallyport/db-proxy",
                    EventType.STATEMENT_EXECUTED.name(),
                    id.value(),
                    now,
                    "application/json",
                    EventType.STATEMENT_EXECUTED.schema(),
                    statement(now, previous, hash));
        }

        private StatementExecuted statement(Instant startedAt, String previousHash, String hash) {
            return new StatementExecuted(
                    id,
                    grant,
                    ENGINEER,
                    TARGET,
                    Engine.POSTGRES,
                    "hoop_ro",
                    "hoop_ro",
                    "10.1.2.3",
                    "pgbench",
                    sequence,
                    1,
                    1,
                    "execute",
                    "SELECT abalance FROM pgbench_accounts WHERE aid = $1;",
                    List.of(new StatementExecuted.Parameter("int4", Long.toString(sequence * 7_919 % 100_000))),
                    StatementExecuted.Outcome.OK,
                    1L,
                    36,
                    83,
                    startedAt,
                    200 + sequence % 97,
                    null,
                    null,
                    null,
                    "idle",
                    previousHash,
                    hash);
        }
    }
}
