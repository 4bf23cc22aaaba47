package dev.sallyport.proxy.shipping;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.proxy.journal.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the shipper knows of one open session: how far its chain has come and which statements wait for their outcome. */
final class Trail {

    /** {@code session.opened} as JSON. */
    private final String opened;

    /** The same, read when it is first asked for. */
    private transient @Nullable Event<SessionOpened> event;

    public long sequence;
    public String hash = StatementChain.START;
    /** By their number, in order. */
    public Map<Long, Intent> intents = new LinkedHashMap<>();

    /** A statement whose outcome is still to come. */
    static final class Intent {
        public boolean ready;
        /** Some of its records are missing: the journal was damaged. */
        public boolean torn;
        /** The places of its records, when they are too many to keep: their segments are not freed. */
        public List<Position> positions = new ArrayList<>();
        /** Else the records. */
        public @Nullable List<byte[]> records = new ArrayList<>();

        public int recordBytes;

        void add(Position position, byte[] record, int keptBytes) {
            positions.add(position);
            recordBytes += record.length;
            if (records != null && recordBytes <= keptBytes) {
                records.add(record);
            } else {
                records = null;
            }
        }
    }

    @JsonCreator
    Trail(@JsonProperty("opened") String opened) {
        this.opened = opened;
    }

    Event<SessionOpened> event() {
        Event<SessionOpened> read = event;
        if (read == null) {
            read = EventJson.read(EventType.SESSION_OPENED, opened);
            event = read;
        }
        return read;
    }

    SessionOpened session() {
        return event().data();
    }

    void pin(Set<Long> segments) {
        for (Intent intent : intents.values()) {
            if (intent.records == null) {
                intent.positions.forEach(position -> segments.add(position.segment()));
            }
        }
    }
}
