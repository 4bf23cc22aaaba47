package dev.sallyport.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.kernel.EventId;
import dev.sallyport.kernel.GrantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class OutboxIT {

    private static final Duration LONG = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init") // injected by the test resource
    Neighbours neighbours;

    @Inject
    Outbox outbox;

    @Inject
    Inbox inbox;

    @Inject
    OutboxTable table;

    @Inject
    MeterRegistry meters;

    @Test
    void sendsAnEventOnTheTopicOfItsTypeSoonAfterTheCommit() {
        Event<GrantClose> event = closing(GrantId.next(InstantSource.system()));
        Instant committed =
                commit(() -> outbox.add(event, Map.of("agent", "agt_1")).replaceWith(Instant::now));
        ConsumerRecord<String, String> record =
                received(Topics.GRANTS_COMMANDS, event.subject(), 1).getFirst();
        assertThat(EventJson.read(record.value())).isEqualTo(event);
        assertThat(header(record, "agent")).isEqualTo("agt_1");
        assertThat(header(record, "content-type")).isEqualTo(Event.CONTENT_TYPE);
        System.out.printf("outbox: commit to broker %d ms%n", record.timestamp() - committed.toEpochMilli());
        await().atMost(LONG).until(table::isEmpty);
    }

    @Test
    void saysNothingOfATransactionThatRolledBack() {
        Event<GrantClose> event = closing(GrantId.next(InstantSource.system()));
        assertThatThrownBy(() -> commit(() -> outbox.add(event).chain(() -> {
                    throw new IllegalStateException("changed my mind");
                })))
                .hasMessageContaining("changed my mind");
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void keepsTheOrderOfAKeyBeyondABatchAndEndsItWithATombstone() {
        String topic = "test.state." + UUID.randomUUID();
        commit(() -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (int i = 0; i < 10; i++) {
                String value = "{\"n\":" + i + "}";
                String key = i % 2 == 0 ? "even" : "odd";
                all = all.chain(() -> outbox.add(new OutboxRecord(topic, key, value, Map.of())));
            }
            return all.chain(() -> outbox.add(OutboxRecord.tombstone(topic, "even")));
        });
        assertThat(received(topic, "even", 6))
                .extracting(ConsumerRecord::value)
                .containsExactly("{\"n\":0}", "{\"n\":2}", "{\"n\":4}", "{\"n\":6}", "{\"n\":8}", null);
        assertThat(received(topic, "odd", 5)).hasSize(5);
    }

    @Test
    void keepsTheOrderOfRecordsThatAreAddedTogether() {
        String topic = "test.together." + UUID.randomUUID();
        List<OutboxRecord> together = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            together.add(new OutboxRecord(
                    topic, "even \"},{\\ NULL", "{\"n\":" + i + "}", Map.of("n", Integer.toString(i))));
        }
        together.add(OutboxRecord.tombstone(topic, "even \"},{\\ NULL"));
        commit(() -> outbox.addAll(together));
        List<ConsumerRecord<String, String>> records = received(topic, "even \"},{\\ NULL", 301);
        assertThat(records)
                .extracting(ConsumerRecord::value)
                .containsExactlyElementsOf(
                        together.stream().map(OutboxRecord::value).toList());
        assertThat(header(records.get(299), "n")).isEqualTo("299");
    }

    @Test
    void addsAllOrNothing() {
        String topic = "test.all." + UUID.randomUUID();
        OutboxRecord small = new OutboxRecord(topic, "k", "{}", Map.of());
        OutboxRecord large = new OutboxRecord(topic, "k", "x".repeat(1000), Map.of());
        assertThatThrownBy(() -> commit(() -> outbox.addAll(List.of(small, large))))
                .hasMessageContaining("a record of 1001 bytes");
        assertThat(table.isEmpty()).isTrue();
        commit(() -> outbox.addAll(List.of()));
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void sendsAgainWithTheSameIdAfterACrashBetweenTheAckAndTheDelete() {
        neighbours.sql(
                "CREATE FUNCTION broker.crash() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''crashed''; END'",
                "CREATE TRIGGER crash BEFORE DELETE ON broker.outbox EXECUTE FUNCTION broker.crash()");
        Event<GrantClose> event = closing(GrantId.next(InstantSource.system()));
        commit(() -> outbox.add(event));
        received(Topics.GRANTS_COMMANDS, event.subject(), 1);
        assertThat(table.isEmpty()).isFalse();
        neighbours.sql("DROP TRIGGER crash ON broker.outbox", "DROP FUNCTION broker.crash()");
        await().atMost(LONG).until(table::isEmpty);
        assertThat(received(Topics.GRANTS_COMMANDS, event.subject(), 2))
                .extracting(record -> EventJson.read(record.value()).id())
                .containsOnly(event.id());
    }

    @Test
    void keepsWhatItHasWhileTheBrokerIsDownAndSendsItInOrderAfterwards() {
        GrantId grant = GrantId.next(InstantSource.system());
        List<Event<GrantClose>> events = List.of(closing(grant), closing(grant), closing(grant));
        neighbours.stopBroker();
        try {
            commit(() -> outbox.add(events.get(0)));
            commit(() -> outbox.add(events.get(1)));
            commit(() -> outbox.add(events.get(2)));
            await().atMost(LONG).until(() -> gauge("sallyport.outbox.records") == 3);
            await().atMost(LONG).until(() -> gauge("sallyport.outbox.lag") > 0);
        } finally {
            neighbours.startBroker();
        }
        List<EventId> ids = new ArrayList<>();
        for (ConsumerRecord<String, String> record : received(Topics.GRANTS_COMMANDS, grant.value(), 3)) {
            EventId id = EventJson.read(record.value()).id();
            if (!ids.contains(id)) {
                ids.add(id);
            }
        }
        assertThat(ids).containsExactlyElementsOf(events.stream().map(Event::id).toList());
        await().atMost(LONG).until(table::isEmpty);
    }

    @Test
    void refusesARecordThatTheBrokerWouldNeverTake() {
        String topic = "test.large." + UUID.randomUUID();
        commit(() -> outbox.add(new OutboxRecord(topic, "k", "x".repeat(999), Map.of())));
        assertThatThrownBy(() -> commit(() -> outbox.add(new OutboxRecord(topic, "k", "x".repeat(1000), Map.of()))))
                .hasMessageContaining("a record of 1001 bytes for " + topic + " is larger than"
                        + " sallyport.outbox.max-record-bytes=1000");
        assertThat(received(topic, "k", 1)).hasSize(1);
    }

    @Test
    void isPartOfATransactionOrNothing() {
        Event<GrantClose> event = closing(GrantId.next(InstantSource.system()));
        assertThatThrownBy(() -> onContext(() -> Panache.withSession(() -> outbox.add(event))))
                .hasMessageContaining("part of a transaction");
        assertThatThrownBy(() -> onContext(() -> Panache.withSession(() -> inbox.firstSight(event.id()))))
                .hasMessageContaining("part of a transaction");
    }

    @Test
    void knowsWhatItHasSeenUnlessTheEffectWasRolledBack() {
        EventId id = EventId.next(InstantSource.system());
        assertThatThrownBy(() -> commit(() -> inbox.firstSight(id).chain(() -> {
                    throw new IllegalStateException("no effect");
                })))
                .hasMessageContaining("no effect");
        assertThat(commit(() -> inbox.firstSight(id))).isTrue();
        assertThat(commit(() -> inbox.firstSight(id))).isFalse();
    }

    @Test
    void changesAndSpeaksInOneTransaction() {
        String id = UUID.randomUUID().toString();
        Event<GrantClose> event = closing(GrantId.next(InstantSource.system()));
        commit(() -> Panache.getSession()
                .chain(session -> session.persist(Note.of(id)))
                .chain(() -> outbox.add(event)));
        received(Topics.GRANTS_COMMANDS, event.subject(), 1);
        Note found = commit(() -> Panache.getSession().chain(session -> session.find(Note.class, id)));
        assertThat(found.text).isEqualTo("kept");
    }

    @Test
    void forgetsIdsAfterTheirTime() {
        EventId id = EventId.next(InstantSource.system());
        commit(() -> inbox.firstSight(id));
        Instant now = Instant.now();
        assertThat(table.forgetSeen(Duration.ofDays(1), () -> now)).isZero();
        assertThat(table.forgetSeen(Duration.ofDays(1), () -> now.plus(Duration.ofDays(2))))
                .isPositive();
        assertThat(commit(() -> inbox.firstSight(id))).isTrue();
    }

    private static Event<GrantClose> closing(GrantId grant) {
        Instant now = Instant.parse("2026-03-10T12:00:00.123456Z");
        return Event.of(
                EventType.GRANT_CLOSE, "/sallyport/test", grant, now, new GrantClose(grant, "closed", "ann", false));
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private static <T> T commit(Supplier<Uni<T>> work) {
        return onContext(() -> Panache.withTransaction(work));
    }

    private static <T> T onContext(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private List<ConsumerRecord<String, String>> received(String topic, String key, int atLeast) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                neighbours.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                UUID.randomUUID().toString(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                "500");
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(LONG).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (record.key().equals(key)) {
                        records.add(record);
                    }
                });
                return records.size() >= atLeast;
            });
        }
        return records;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
