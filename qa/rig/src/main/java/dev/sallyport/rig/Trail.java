package dev.sallyport.rig;

import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.SessionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What the proxy recorded of one grant, read from Kafka as a subscriber would when all has been shipped.
 *
 * @param opened the sessions
 * @param closed how each ended
 * @param statements each session's in order; a long one is several events
 */
public record Trail(
        Map<SessionId, SessionOpened> opened,
        Map<SessionId, SessionClosed> closed,
        List<StatementExecuted> statements) {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Reads what is there now, and checks that it is complete: each session has its end, and as many statements as that says. */
    static Trail read(String bootstrapServers, GrantId grant) {
        Trail trail = new Trail(new LinkedHashMap<>(), new LinkedHashMap<>(), List.of());
        Map<String, StatementExecuted> statements = new TreeMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = Stream.of(Topics.QUERIES, Topics.EVENTS)
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    trail.hear(grant, EventJson.read(record.value()).data(), statements);
                }
            }
        }
        Trail whole = new Trail(trail.opened, trail.closed, List.copyOf(statements.values()));
        whole.check();
        return whole;
    }

    private void hear(GrantId grant, Object data, Map<String, StatementExecuted> heard) {
        switch (data) {
            case SessionOpened begun when begun.grantId().equals(grant) -> opened.put(begun.sessionId(), begun);
            case SessionClosed end when end.grantId().equals(grant) -> closed.put(end.sessionId(), end);
            case StatementExecuted one
            when one.grantId().equals(grant) ->
                heard.put("%s/%012d/%06d".formatted(one.sessionId(), one.sequence(), one.part()), one);
            default -> {
                // Somebody else's.
            }
        }
    }

    private void check() {
        need(closed.keySet().equals(opened.keySet()), "each session has its end", opened.keySet(), closed.keySet());
        Map<SessionId, List<StatementExecuted>> bySession =
                statements.stream().collect(Collectors.groupingBy(StatementExecuted::sessionId));
        closed.values().forEach(end -> {
            List<StatementExecuted> of = bySession.getOrDefault(end.sessionId(), List.of());
            long sequences =
                    of.stream().map(StatementExecuted::sequence).distinct().count();
            need(sequences == end.statements(), "statements of " + end.sessionId(), end.statements(), sequences);
            int parts = of.stream()
                    .filter(one -> one.part() == 1)
                    .mapToInt(StatementExecuted::parts)
                    .sum();
            need(parts == of.size(), "parts of " + end.sessionId(), parts, of.size());
        });
    }

    private static void need(boolean holds, String what, Object expected, Object found) {
        if (!holds) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }

    /** The events of one session. */
    public List<StatementExecuted> of(SessionId session) {
        return statements.stream()
                .filter(one -> one.sessionId().equals(session))
                .toList();
    }

    /** The statements, whole: the first event of each, with the SQL of all of its parts. */
    public List<Whole> whole() {
        Map<String, StringBuilder> texts = new LinkedHashMap<>();
        Map<String, StatementExecuted> firsts = new LinkedHashMap<>();
        for (StatementExecuted each : statements) {
            String key = each.sessionId() + "/" + each.sequence();
            texts.computeIfAbsent(key, _ -> new StringBuilder()).append(each.sql());
            firsts.putIfAbsent(key, each);
        }
        return firsts.entrySet().stream()
                .map(each -> new Whole(each.getValue(), String.valueOf(texts.get(each.getKey()))))
                .sorted(Comparator.comparing((Whole one) -> one.event().startedAt()))
                .toList();
    }

    /** The SQL of {@link #whole}. */
    public List<String> sql() {
        return whole().stream().map(Whole::sql).toList();
    }

    /** One statement: its first event, and its SQL from all of them. */
    public record Whole(StatementExecuted event, String sql) {}
}
