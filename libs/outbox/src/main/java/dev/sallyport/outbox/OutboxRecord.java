package dev.sallyport.outbox;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka record to be sent.
 *
 * @param key never null: it is what keeps records in order
 * @param value null for a tombstone
 * @param headers as UTF-8 text
 */
public record OutboxRecord(
        String topic, String key, @Nullable String value, Map<String, String> headers) {

    /** The header that names the media type of the value. */
    static final String CONTENT_TYPE = "content-type";

    public OutboxRecord {
        headers = Map.copyOf(headers);
    }

    /** An event, on the topic of its type, with its subject as key. */
    public static OutboxRecord of(Event<?> event, Map<String, String> headers) {
        String topic = EventType.named(event.type())
                .orElseThrow(() -> new IllegalArgumentException("the event type '" + event.type() + "' is not known"))
                .topic();
        Map<String, String> all = new HashMap<>(headers);
        all.put(CONTENT_TYPE, Event.CONTENT_TYPE);
        return new OutboxRecord(topic, event.subject(), EventJson.write(event), all);
    }

    /** The end of {@code key} on a compacted topic. */
    public static OutboxRecord tombstone(String topic, String key) {
        return new OutboxRecord(topic, key, null, Map.of());
    }

    /** Of key and value in UTF-8. */
    int bytes() {
        return utf8Bytes(key) + (value == null ? 0 : utf8Bytes(value));
    }

    private static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
