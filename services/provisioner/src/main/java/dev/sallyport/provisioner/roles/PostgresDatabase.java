package dev.sallyport.provisioner.roles;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings one role's privileges in one PostgreSQL database to what they should be: looks, changes the difference, looks
 * again. What is still different then could not be changed and is noted. A statement that is refused takes nothing with it;
 * on a database that is right nothing is executed at all.
 */
final class PostgresDatabase {

    /** Objects named by one statement. */
    private static final int OBJECTS_PER_STATEMENT = 100;

    private final SqlSession session;
    private final Notes notes;

    PostgresDatabase(SqlSession session, Notes notes) {
        this.session = session;
        this.notes = notes;
    }

    void bring(RoleKind kind, String role) throws SQLException {
        List<PostgresObject> objects = PostgresObject.all(session.connection(), role);
        noteWhatIsOutOfReach(kind, objects);
        List<PostgresChange> changes = changes(kind, objects);
        if (changes.isEmpty()) {
            return;
        }
        Map<String, String> reasons = new HashMap<>();
        Map<Optional<String>, List<PostgresChange>> byLender = changes.stream()
                .collect(Collectors.groupingBy(PostgresChange::lender, LinkedHashMap::new, Collectors.toList()));
        for (Map.Entry<Optional<String>, List<PostgresChange>> each : byLender.entrySet()) {
            List<String> lender = each.getKey().stream().toList();
            new PostgresLoan(session).during(lender, () -> apply(each.getValue(), role, reasons));
        }
        if (!session.script().isPlan()) {
            noteWhatIsLeft(kind, role, reasons);
        }
    }

    private static List<PostgresChange> changes(RoleKind kind, List<PostgresObject> objects) {
        return objects.stream().flatMap(object -> object.changes(kind).stream()).toList();
    }

    private void apply(List<PostgresChange> changes, String role, Map<String, String> reasons) {
        Map<PostgresChange.Key, List<PostgresChange>> same = changes.stream()
                .collect(Collectors.groupingBy(PostgresChange::key, LinkedHashMap::new, Collectors.toList()));
        same.forEach((key, list) -> {
            for (int from = 0; from < list.size(); from += OBJECTS_PER_STATEMENT) {
                List<PostgresChange> some = list.subList(from, Math.min(list.size(), from + OBJECTS_PER_STATEMENT));
                apply(key, some, role, reasons);
            }
        });
    }

    private void apply(PostgresChange.Key key, List<PostgresChange> changes, String role, Map<String, String> reasons) {
        String objects = changes.stream().map(change -> change.object().sql()).collect(Collectors.joining(", "));
        Optional<String> refusal = session.run(key.sql(objects, role));
        if (refusal.isEmpty()) {
            return;
        }
        if (changes.size() == 1) {
            reasons.put(changes.getFirst().label(), refusal.get());
            return;
        }
        for (PostgresChange change : changes) {
            session.run(key.sql(change.object().sql(), role)).ifPresent(reason -> reasons.put(change.label(), reason));
        }
    }

    private void noteWhatIsLeft(RoleKind kind, String role, Map<String, String> reasons) throws SQLException {
        for (PostgresChange change : changes(kind, PostgresObject.all(session.connection(), role))) {
            note(kind, change.label() + ": " + reasons.getOrDefault(change.label(), "the server did not take it over"));
        }
    }

    private void noteWhatIsOutOfReach(RoleKind kind, List<PostgresObject> objects) {
        for (PostgresObject object : objects) {
            for (PostgresChange change : object.outOfReach(kind)) {
                String who = change.verb() == PostgresChange.Verb.GRANT ? object.owner() : "whoever granted it";
                note(kind, change.label() + ": only " + who + " can, for whom the master may not act");
            }
            Set<String> beyond = object.beyondAsPublic(kind);
            if (!beyond.isEmpty()) {
                String what =
                        String.join(", ", beyond) + " on " + object.kind().sql().toLowerCase(Locale.ROOT);
                note(kind, "everybody (PUBLIC) has " + what + " " + object.sql() + ", which was left as it is");
            }
        }
    }

    private void note(RoleKind kind, String note) {
        notes.add(kind, "database " + session.database() + ": " + note);
    }
}
