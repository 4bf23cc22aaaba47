package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantProgressed;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What proxies, api and public were told of grants: an event that came again under its id counts once. */
final class Told {

    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private final Set<String> seen = new HashSet<>();
    private final Map<String, List<Long>> revisions = new TreeMap<>();
    private final Map<String, List<String>> published = new TreeMap<>();
    private final Map<String, Instant> withdrawn = new TreeMap<>();

    /** Reads on until {@code grants} were withdrawn from the proxies and told to the public as closed. */
    static Told ofEnds(String bootstrapServers, int grants) {
        Told told = new Told();
        Map<String, Object> client =
                Map.of("bootstrap.servers", bootstrapServers, "group.id", "the-test", "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.EVENTS, Topics.GRANTS_STATE, Topics.GRANTS_PROGRESS));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(told::hear);
                return told.withdrawn.size() == grants
                        && told.published.values().stream()
                                        .filter(types -> types.contains(EventType.GRANT_CLOSED.name()))
                                        .count()
                                == grants
                        && told.revisions.values().stream()
                                        .filter(all -> all.contains(4L))
                                        .count()
                                == grants;
            });
        }
        return told;
    }

    private void hear(ConsumerRecord<String, String> record) {
        if (record.value() == null) {
            withdrawn.putIfAbsent(record.key(), Instant.ofEpochMilli(record.timestamp()));
            return;
        }
        Event<?> event = EventJson.read(record.value());
        if (!seen.add(event.id().value())) {
            return;
        }
        if (event.type().equals(EventType.GRANT_PROGRESSED.name())) {
            revisions
                    .computeIfAbsent(event.subject(), key -> new ArrayList<>())
                    .add(((GrantProgressed) event.data()).revision());
        } else if (record.topic().equals(Topics.EVENTS)) {
            published.computeIfAbsent(event.subject(), key -> new ArrayList<>()).add(event.type());
        }
    }

    /** Of each grant the api heard exactly these revisions, in this order. */
    void assertRevisions(Long... expected) {
        assertThat(revisions)
                .allSatisfy((grant, heard) ->
                        assertThat(heard).as("revisions of %s", grant).containsExactly(expected));
    }

    /** Of each grant the public heard exactly this, in this order. */
    void assertPublished(EventType<?>... expected) {
        String[] names = java.util.Arrays.stream(expected).map(EventType::name).toArray(String[]::new);
        assertThat(published)
                .allSatisfy((grant, heard) ->
                        assertThat(heard).as("events of %s", grant).containsExactly(names));
    }

    /** Of live grants that ended by themselves, everybody heard that once; says how late. */
    static void assertEnded(BrokerSite site, int grants, String how) throws SQLException {
        Told told = ofEnds(site.bootstrapServers(), grants);
        told.assertRevisions(3L, 4L);
        told.assertPublished(EventType.GRANT_CLOSED);
        System.out.println(how + "; " + told.lateness(site));
    }

    /** How much later than {@code ends} the proxies were told, sorted. */
    private List<Duration> lateness(Map<String, Instant> ends) {
        Map<String, Instant> due = new HashMap<>(ends);
        return withdrawn.entrySet().stream()
                .map(end -> Duration.between(due.get(end.getKey()), end.getValue()))
                .sorted()
                .toList();
    }

    /** Of what the brokers of {@code site} did, as a line to print. */
    private String lateness(BrokerSite site) throws SQLException {
        return "closed late by " + percentiles(site.lateness()) + "; proxies told late by "
                + percentiles(lateness(site.ends()));
    }

    private static String percentiles(List<Duration> sorted) {
        return IntStream.of(50, 75, 90, 99, 100)
                .mapToObj(p -> String.format(
                        "p%d %.2f s",
                        p, sorted.get(Math.ceilDiv(p * sorted.size(), 100) - 1).toMillis() / 1000.0))
                .collect(Collectors.joining(", "));
    }
}
