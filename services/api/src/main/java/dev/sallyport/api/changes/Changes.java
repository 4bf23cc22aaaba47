package dev.sallyport.api.changes;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.configuration.ConfigurationChanged;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Change;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Kind;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tells the public who changed what. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Changes {

    private static final String SOURCE = "/sallyport/api";
    private static final TypeReference<Map<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private final Outbox outbox;
    private final InstantSource clock;

    Changes(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Tells of what is called {@code name}; nothing when both documents say the same. Only the names of the fields that differ
     * are told, never what is in them.
     *
     * @param before its JSON; null when there was none
     * @param after its JSON; null when it was removed
     * @param revision of what keeps its revisions, null for what does not
     */
    public Uni<Void> tell(
            Kind kind,
            String name,
            @Nullable String before,
            @Nullable String after,
            @Nullable Integer revision,
            Grantee by) {
        List<String> fields = before == null || after == null ? List.of() : differing(before, after);
        if (before == null && after == null || before != null && after != null && fields.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Instant now = clock.instant();
        ConfigurationChanged data =
                new ConfigurationChanged(kind, name, change(before, after), fields, revision, by, now);
        return outbox.add(Event.of(EventType.CONFIGURATION_CHANGED, SOURCE, kind.label() + "/" + name, now, data));
    }

    private static Change change(@Nullable String before, @Nullable String after) {
        if (before == null) {
            return Change.CREATED;
        }
        return after == null ? Change.REMOVED : Change.UPDATED;
    }

    /** By name. */
    private static List<String> differing(String before, String after) {
        Map<String, @Nullable Object> was = StoredJson.read(before, FIELDS);
        Map<String, @Nullable Object> is = StoredJson.read(after, FIELDS);
        TreeSet<String> names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        List<String> differing = new ArrayList<>();
        for (String name : names) {
            if (!Objects.equals(was.get(name), is.get(name))) {
                differing.add(name);
            }
        }
        return List.copyOf(differing);
    }
}
