package dev.sallyport.contracts;

import dev.sallyport.kernel.EventId;
import dev.sallyport.kernel.Id;
import java.net.URI;
import java.time.Instant;

/**
 * A CloudEvents 1.0 event in structured mode: this record as JSON is the value of the Kafka record, with the header
 * {@code content-type: application/cloudevents+json}, and {@link #subject} is its key.
 *
 * @param specversion always {@code 1.0}
 * @param id unique; a consumer that has seen it does nothing more
 * @param source the service that wrote it, for instance {@code /sallyport/api}
 * @param type the name of its {@link EventType}
 * @param subject the id of the aggregate
 * @param time when it happened, UTC, in microseconds
 * @param datacontenttype always {@code application/json}
 * @param dataschema names the JSON Schema of {@code data}
 * @param data the record that {@link EventType#data()} names
 */
public record Event<T>(
        String specversion,
        EventId id,
        String source,
        String type,
        String subject,
        Instant time,
        String datacontenttype,
        URI dataschema,
        T data) {

    /** What the header {@code content-type} says. */
    public static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

    /** A new event about {@code subject}, with an id of its own. */
    public static <T> Event<T> of(EventType<T> type, String source, Id subject, Instant time, T data) {
        return of(type, source, subject.value(), time, data);
    }

    /** The same for an aggregate whose id is not one of ours, such as an agent known by name. */
    public static <T> Event<T> of(EventType<T> type, String source, String subject, Instant time, T data) {
        return new Event<>(
                "1.0",
                EventId.next(() -> time),
                source,
                type.name(),
                subject,
                time,
                "application/json",
                type.schema(),
                data);
    }
}
