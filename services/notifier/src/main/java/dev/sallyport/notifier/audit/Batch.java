package dev.sallyport.notifier.audit;

import dev.sallyport.auditstore.AuditStoreException;
import dev.sallyport.auditstore.AuditWriter;
import dev.sallyport.auditstore.AuditWriter.Written;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.MalformedEventException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What was taken at once on its way into the store. What cannot be read, and what the store will never take, is set apart with its cause.
 *
 * @param stored the events that are in the store now
 */
record Batch(List<Event<?>> stored, List<Poison> poison, Written written) {

    /** A record that leads nowhere, however often it is tried. */
    record Poison(ConsumerRecord<String, String> record, String cause) {}

    private record Readable(ConsumerRecord<String, String> record, Event<?> event) {}

    /** What was polled, read, and not written yet. */
    record Unwritten(List<Readable> readable, List<Poison> poison) {

        boolean isEmpty() {
            return readable.isEmpty() && poison.isEmpty();
        }

        /** @throws AuditStoreException transient: nothing is lost by trying all of it again */
        Batch write(AuditWriter writer) {
            return Batch.write(readable, new ArrayList<>(poison), writer);
        }
    }

    static Unwritten read(Iterable<ConsumerRecord<String, String>> records) {
        List<Readable> readable = new ArrayList<>();
        List<Poison> poison = new ArrayList<>();
        for (ConsumerRecord<String, String> record : records) {
            try {
                readable.add(new Readable(record, read(record.value())));
            } catch (MalformedEventException e) {
                poison.add(new Poison(record, String.valueOf(e.getMessage())));
            }
        }
        return new Unwritten(readable, poison);
    }

    private static Event<?> read(@Nullable String value) {
        if (value == null) {
            throw new MalformedEventException("a record without a value");
        }
        Event<?> event = EventJson.read(value);
        if (isIncomplete(event)) {
            throw new MalformedEventException("an event without id, source, subject, time or data");
        }
        return event;
    }

    /** Jackson leaves null what the JSON does not have, whatever the record's types promise. */
    @SuppressWarnings({"ConstantValue", "ConstantConditions"})
    private static boolean isIncomplete(Event<?> event) {
        return event.id() == null
                || event.source() == null
                || event.subject() == null
                || event.time() == null
                || event.data() == null;
    }

    private static Batch write(List<Readable> readable, List<Poison> poison, AuditWriter writer) {
        List<Event<?>> events = new ArrayList<>();
        readable.forEach(one -> events.add(one.event()));
        try {
            return new Batch(events, poison, writer.write(events));
        } catch (RuntimeException e) {
            if (isTransient(e)) {
                throw e;
            }
            return writeOneByOne(readable, poison, writer);
        }
    }

    private static Batch writeOneByOne(List<Readable> readable, List<Poison> poison, AuditWriter writer) {
        List<Event<?>> stored = new ArrayList<>();
        int statements = 0;
        int events = 0;
        for (Readable one : readable) {
            try {
                Written written = writer.write(List.of(one.event()));
                stored.add(one.event());
                statements += written.statements();
                events += written.events();
            } catch (RuntimeException e) {
                if (isTransient(e)) {
                    throw e;
                }
                poison.add(new Poison(one.record(), cause(e)));
            }
        }
        return new Batch(stored, poison, new Written(statements, events));
    }

    private static boolean isTransient(RuntimeException e) {
        return e instanceof AuditStoreException store && store.isTransient();
    }

    /** A message of ours, or only the kind of failure: others may quote what they choked on. */
    private static String cause(RuntimeException e) {
        return e instanceof AuditStoreException
                ? String.valueOf(e.getMessage())
                : "not an event of its type (" + e.getClass().getSimpleName() + ")";
    }
}
