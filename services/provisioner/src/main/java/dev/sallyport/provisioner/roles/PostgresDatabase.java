package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.TargetException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Brings one role's privileges in one PostgreSQL database to what they should be: looks, changes the difference, looks
 * again. What is still different then could not be changed and is noted. Each statement stands alone, so one that is refused
 * takes nothing with it; on a database that is right nothing is executed at all.
 */
final class PostgresDatabase {

    /** Objects named by one statement. */
    private static final int OBJECTS_PER_STATEMENT = 100;

    private final Connection connection;
    private final String name;
    private final Notes notes;

    PostgresDatabase(Connection connection, String name, Notes notes) {
        this.connection = connection;
        this.name = name;
        this.notes = notes;
    }

    void bring(RoleKind kind, String role) throws SQLException {
        Map<PostgresChange, String> reasons = new LinkedHashMap<>();
        for (Map.Entry<PostgresChange.Key, List<PostgresChange>> same :
                difference(kind, role).entrySet()) {
            List<PostgresChange> changes = same.getValue();
            for (int from = 0; from < changes.size(); from += OBJECTS_PER_STATEMENT) {
                apply(
                        same.getKey(),
                        changes.subList(from, Math.min(changes.size(), from + OBJECTS_PER_STATEMENT)),
                        role,
                        reasons);
            }
        }
        noteWhatIsLeft(kind, role, reasons);
    }

    private Map<PostgresChange.Key, List<PostgresChange>> difference(RoleKind kind, String role) throws SQLException {
        return PostgresObject.all(connection, role).stream()
                .flatMap(object -> object.changes(kind).stream())
                .collect(Collectors.groupingBy(PostgresChange::key, LinkedHashMap::new, Collectors.toList()));
    }

    private void apply(
            PostgresChange.Key key, List<PostgresChange> changes, String role, Map<PostgresChange, String> reasons) {
        String objects = changes.stream().map(change -> change.object().sql()).collect(Collectors.joining(", "));
        Optional<String> refusal = tryTo(connection, key.sql(objects, role));
        if (refusal.isEmpty()) {
            return;
        }
        if (changes.size() == 1) {
            reasons.put(changes.getFirst(), refusal.get());
            return;
        }
        for (PostgresChange change : changes) {
            tryTo(connection, key.sql(change.object().sql(), role)).ifPresent(reason -> reasons.put(change, reason));
        }
    }

    private void noteWhatIsLeft(RoleKind kind, String role, Map<PostgresChange, String> reasons) throws SQLException {
        Map<String, String> byLabel = new LinkedHashMap<>();
        reasons.forEach((change, reason) -> byLabel.put(change.label(), reason));
        List<PostgresChange> left = new ArrayList<>();
        difference(kind, role).values().forEach(left::addAll);
        for (PostgresChange change : left) {
            if (change.verb() != PostgresChange.Verb.GRANT
                    || !change.object().allows(connection, role, change.privileges())) {
                String reason = byLabel.getOrDefault(change.label(), "the master has no right to");
                notes.add(kind, "database " + name + ": " + change.label() + ": " + reason);
            }
        }
    }

    /**
     * Executes; returns why the server refused.
     *
     * @throws TargetException when the connection is lost: the rest has no chance either
     */
    static Optional<String> tryTo(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Optional.empty();
        } catch (SQLException e) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            if (state.startsWith("08") || state.startsWith("57P")) {
                throw TargetException.of("the connection was lost", e);
            }
            return Optional.of(TargetException.said(e));
        }
    }
}
