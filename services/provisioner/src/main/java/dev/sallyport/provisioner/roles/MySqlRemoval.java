package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Engine;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Removes one user from a MySQL or MariaDB server: locks it, ends its sessions, drops it with all its privileges. Users own
 * nothing there, but views and programs run with their definer's rights and break without it: a user that defines some is
 * left, locked, which does them no harm.
 */
final class MySqlRemoval {

    /**
     * Everything that has a definer. The condition stands in each part: MySQL cannot carry one with a quote in it into a union
     * (it writes it anew, with a backslash, and then reads that in a session where a backslash escapes nothing).
     */
    private static final String DEFINED = """
            SELECT 'view', TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS WHERE DEFINER = %1$s
            UNION ALL
            SELECT lower(ROUTINE_TYPE), ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES WHERE DEFINER = %1$s
            UNION ALL
            SELECT 'trigger', TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE DEFINER = %1$s
            UNION ALL
            SELECT 'event', EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE DEFINER = %1$s
            ORDER BY 1, 2, 3""";

    private final SqlSession session;
    private final Engine engine;
    private final RoleKind role;
    private final String name;
    private final Notes notes = new Notes();

    MySqlRemoval(SqlSession session, Engine engine, RoleKind role, String name) {
        this.session = session;
        this.engine = engine;
        this.role = role;
        this.name = name;
    }

    Dropped.Role remove() throws SQLException {
        if (session.rows("SELECT 1 FROM mysql.user WHERE Host = '%' AND User = " + Quoted.text(name))
                .isEmpty()) {
            return ended(Dropped.End.ABSENT);
        }
        lock();
        endSessions();
        noteDefined();
        if (!notes.of(role).isEmpty()) {
            return ended(Dropped.End.LEFT);
        }
        Optional<String> refusal = session.run("DROP USER " + MySqlAccounts.user(name));
        refusal.ifPresent(reason -> notes.add(role, "the user was not dropped: " + reason));
        return ended(refusal.isEmpty() ? Dropped.End.DROPPED : Dropped.End.LEFT);
    }

    private Dropped.Role ended(Dropped.End end) {
        return new Dropped.Role(role, name, end, notes.of(role));
    }

    private void lock() throws SQLException {
        if (!new MySqlAccounts(session, engine).locked(name)) {
            session.run("ALTER USER " + MySqlAccounts.user(name) + " ACCOUNT LOCK")
                    .ifPresent(reason -> notes.add(role, "the user could not be locked: " + reason));
        }
    }

    /** RDS keeps KILL to itself and offers a procedure. */
    private void endSessions() throws SQLException {
        for (String id : sessions()) {
            Optional<String> refusal = session.run("KILL " + id);
            if (refusal.isPresent() && sessions().contains(id)) {
                session.run("CALL mysql.rds_kill(" + id + ")")
                        .ifPresent(reason -> notes.add(
                                role, "session " + id + " could not be ended: " + refusal.get() + "; " + reason));
            }
        }
    }

    private List<String> sessions() throws SQLException {
        return session
                .rows("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = " + Quoted.text(name)
                        + " ORDER BY ID")
                .stream()
                .map(List::getFirst)
                .toList();
    }

    private void noteDefined() throws SQLException {
        for (List<String> row : session.rows(DEFINED.formatted(Quoted.text(name + "@%")))) {
            String what = row.get(0) + " " + Quoted.mysqlName(row.get(1)) + "." + Quoted.mysqlName(row.get(2));
            notes.add(role, what + " runs with its rights (DEFINER) and would break: give it another definer first");
        }
    }
}
