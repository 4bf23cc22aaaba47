package dev.sallyport.contracts.dbroles;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * What a job would change, in the order of doing. Nothing in it is a secret: passwords are three asterisks.
 *
 * @param hash SHA-256 of all the changes, in hexadecimal; the same changes have the same
 * @param changes as many as fit into an event
 * @param omitted how many more there are
 * @param notes what would be skipped, and why
 */
public record JobPlan(String hash, List<Change> changes, int omitted, List<String> notes) {

    /**
     * One change.
     *
     * @param target what it is made to: an ARN, a database or a secret's id
     * @param statement the AWS action with what matters of its parameters, or the SQL
     * @param routine whether it is done each time, needed or not: a new password. A plan of nothing else means that the
     *     instance is as it should be.
     */
    public record Change(Kind kind, String target, String statement, boolean routine) {}

    /** Whom a change is asked of. */
    public enum Kind {
        AWS,
        SQL,
        SECRET;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Kind ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** Whether there is anything to do but routine, which comes last. */
    public boolean drifted() {
        return omitted > 0 || changes.stream().anyMatch(change -> !change.routine());
    }
}
