package dev.sallyport.notifier.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What is taken from Kafka for one transaction: small polls, one after the other, until there are enough records or bytes. A poll
 * itself knows no limit in bytes, and some statements are a thousand times as long as others.
 */
final class Taken implements Iterable<ConsumerRecord<String, String>> {

    /** Of one poll: with the longest events there are, 25 MB. */
    static final int POLL_RECORDS = 250;

    private static final long ENOUGH_BYTES = 8 << 20;

    private final List<ConsumerRecord<String, String>> records = new ArrayList<>();
    private final Map<TopicPartition, Long> first = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();

    private Taken() {}

    static Taken nothing() {
        return new Taken();
    }

    /**
     * Takes what is there, waiting at most {@code patience} for the first of it.
     *
     * @param enough records; what is taken may be a poll more
     */
    static Taken from(Consumer<String, String> consumer, Duration patience, int enough) {
        Taken taken = new Taken();
        long bytes = 0;
        ConsumerRecords<String, String> poll = consumer.poll(patience);
        while (!poll.isEmpty()) {
            for (ConsumerRecord<String, String> record : poll) {
                taken.records.add(record);
                taken.first.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
                bytes += record.serializedValueSize();
            }
            taken.next.putAll(poll.nextOffsets());
            if (taken.records.size() >= enough || bytes >= ENOUGH_BYTES) {
                break;
            }
            poll = consumer.poll(Duration.ZERO);
        }
        return taken;
    }

    @Override
    public Iterator<ConsumerRecord<String, String>> iterator() {
        return records.iterator();
    }

    /**
     * Commits that all of it is done with. Of partitions that were taken from us meanwhile nothing is committed: who has them now
     * reads them again.
     */
    void commit(Consumer<String, String> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(next);
        offsets.keySet().retainAll(consumer.assignment());
        if (!offsets.isEmpty()) {
            consumer.commitSync(offsets);
        }
    }

    /** Goes back to where it began, so that all of it is taken again. */
    void rewind(Consumer<String, String> consumer) {
        first.forEach((partition, offset) -> {
            if (consumer.assignment().contains(partition)) {
                consumer.seek(partition, offset);
            }
        });
    }
}
