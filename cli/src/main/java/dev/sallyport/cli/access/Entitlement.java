package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
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
 * @param localPort where {@code sally rds proxy} listens unless told
 */
public record Entitlement(
        String target,
        String name,
        String role,
        String roleName,
        String connection,
        String engine,
        Terms terms,
        OptionalInt localPort) {

    /**
     * What the workflow asks for; nothing when the API does not say.
     *
     * @param manual whether who was approved has to begin it themselves
     * @param usual how long a grant lasts when nobody says
     */
    public record Terms(String workflow, boolean reason, boolean ticket, boolean manual, Optional<Duration> usual) {

        private static Terms of(JsonNode workflow) {
            JsonNode usual = workflow.path("default_duration_seconds");
            return new Terms(
                    text(workflow, "name", ""),
                    workflow.path("reason_required").asBoolean(),
                    workflow.path("ticket_required").asBoolean(),
                    text(workflow, "activation", "").equals("manual"),
                    usual.isNumber() ? Optional.of(Duration.ofSeconds(usual.asLong())) : Optional.empty());
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
                Terms.of(item.path("workflow")),
                item.path("default_local_port").isInt()
                        ? OptionalInt.of(item.path("default_local_port").asInt())
                        : OptionalInt.empty());
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

    /** The name of the database in its instance. */
    public String database() {
        return target.substring(target.indexOf('/') + 1);
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
