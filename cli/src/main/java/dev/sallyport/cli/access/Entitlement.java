package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A target and a role that this person may ask for.
 *
 * @param target {@code arn:…/<database>}
 * @param name as people call the target
 * @param role its key
 * @param roleName as people call the role
 * @param connection the name of the connection that gives it; may be empty
 * @param engine {@code postgres}, {@code mysql}, {@code mariadb} or {@code sqlserver}
 * @param terms what a request has to bring
 */
public record Entitlement(
        String target, String name, String role, String roleName, String connection, String engine, Terms terms) {

    /**
     * What the workflow asks for.
     *
     * @param longest a grant of it
     * @param usual how long a grant lasts when nobody says
     */
    public record Terms(
            String workflow, boolean reason, boolean ticket, Optional<Duration> longest, Optional<Duration> usual) {

        private static Terms of(JsonNode item) {
            return new Terms(
                    text(item, "workflow", ""),
                    item.path("reason_required").asBoolean(),
                    item.path("ticket_required").asBoolean(),
                    seconds(item.path("max_duration_seconds")),
                    seconds(item.path("default_duration_seconds")));
        }

        private static Optional<Duration> seconds(JsonNode number) {
            return number.isNumber() ? Optional.of(Duration.ofSeconds(number.asLong())) : Optional.empty();
        }
    }

    static Entitlement of(JsonNode item) {
        String target = item.path("target").asText();
        String role = item.path("role").asText();
        return new Entitlement(
                target,
                text(item, "name", shortName(target)),
                role,
                text(item, "role_name", role),
                text(item, "connection", ""),
                item.path("engine").asText(),
                Terms.of(item));
    }

    /** {@code <instance>/<database>} of a target's id; the id itself when it has another form. */
    static String shortName(String target) {
        int slash = target.indexOf('/');
        int colon = slash < 0 ? -1 : target.lastIndexOf(':', slash);
        return colon < 0 ? target : target.substring(colon + 1);
    }

    /** What identifies it, here and in the API. */
    record Key(String target, String role) {}

    Key key() {
        return new Key(target, role);
    }

    /** Whether somebody who says {@code called} can mean this target: its id, its name, its instance, or its connection. */
    boolean isCalled(String called) {
        String wanted = called.strip();
        String named = shortName(target);
        int slash = named.indexOf('/');
        return wanted.equals(target)
                || wanted.equals(role + "@" + target)
                || Stream.of(name, named, connection, slash < 0 ? named : named.substring(0, slash))
                        .anyMatch(wanted::equalsIgnoreCase);
    }

    /** Whether {@code called} is this role: its key, its name, or what stands behind the key's last underscore. */
    boolean hasRole(String called) {
        String wanted = called.strip().toLowerCase(Locale.ROOT);
        return wanted.equals(role.toLowerCase(Locale.ROOT))
                || wanted.equals(roleName.toLowerCase(Locale.ROOT))
                || role.toLowerCase(Locale.ROOT).endsWith("_" + wanted);
    }

    /** As it is said in a sentence. */
    public String label() {
        return roleName + " on " + name;
    }

    private static String text(JsonNode item, String field, String otherwise) {
        String text = item.path(field).isTextual() ? item.path(field).asText() : "";
        return text.isBlank() ? otherwise : text;
    }
}
