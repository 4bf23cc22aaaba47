package dev.sallyport.contracts.configuration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.contracts.grants.Grantee;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Somebody changed what others may reach, or on which terms. What it is now, the api answers.
 *
 * @param name under which the api has it
 * @param fields the names of those that are not what they were, sorted; empty unless it was updated
 * @param revision of a workflow, selector, availability or policy: its text under this number is kept; null for the others
 */
public record ConfigurationChanged(
        Kind kind,
        String name,
        Change change,
        List<String> fields,
        @Nullable Integer revision,
        Grantee changedBy,
        Instant changedAt) {

    public ConfigurationChanged {
        fields = List.copyOf(fields);
    }

    /** What was changed. */
    public enum Kind {
        /** A database that was registered by hand. */
        DATABASE,
        /** A deployment of db-proxies. */
        PROXY,
        /** How a connection that a job made is audited and reached. */
        CONNECTION,
        WORKFLOW,
        SELECTOR,
        AVAILABILITY,
        POLICY;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Kind ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** What was done. */
    public enum Change {
        CREATED,
        UPDATED,
        REMOVED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Change ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
