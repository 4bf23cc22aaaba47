package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.TargetException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Lends the master the rights of roles that it may only hand out (see {@link Standing#LENDABLE}), for some statements. All
 * happens in one transaction: nobody else ever sees the membership, and no crash leaves it behind.
 */
final class PostgresLoan {

    /** A membership that the master gave itself before. Those that others gave it are rows of their own, left alone. */
    private static final String BEFORE = """
            SELECT m.inherit_option, m.set_option
              FROM pg_catalog.pg_auth_members m
              JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
              JOIN pg_catalog.pg_roles me ON me.oid = m.member AND me.oid = m.grantor
             WHERE r.rolname = ? AND me.rolname = current_user""";

    private final SqlSession session;

    PostgresLoan(SqlSession session) {
        this.session = session;
    }

    /** What is done with the rights. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /** Runs {@code work}, with the rights of all {@code lenders} as far as the server grants them. */
    void during(Collection<String> lenders, Work work) throws SQLException {
        if (lenders.isEmpty()) {
            work.run();
            return;
        }
        session.connection().setAutoCommit(false);
        try {
            Deque<String> back = new ArrayDeque<>();
            for (String lender : lenders) {
                lend(lender, back);
            }
            work.run();
            for (String sql : back) {
                session.run(sql).ifPresent(PostgresLoan::refuse);
            }
            session.connection().commit();
        } catch (SQLException | RuntimeException e) {
            session.connection().rollback();
            throw e;
        } finally {
            session.connection().setAutoCommit(true);
        }
    }

    private void lend(String lender, Deque<String> back) throws SQLException {
        String role = Quoted.postgresName(lender);
        List<List<String>> before = session.rows(BEFORE, lender);
        Optional<String> refusal = session.run("GRANT " + role + " TO CURRENT_USER WITH INHERIT TRUE, SET TRUE");
        if (refusal.isEmpty()) {
            back.push(
                    before.isEmpty()
                            ? "REVOKE " + role + " FROM CURRENT_USER"
                            : "GRANT " + role + " TO CURRENT_USER WITH INHERIT "
                                    + bool(before.getFirst().get(0)) + ", SET "
                                    + bool(before.getFirst().get(1)));
        }
    }

    private static String bool(String text) {
        return text.equals("t") ? "TRUE" : "FALSE";
    }

    private static void refuse(String reason) {
        throw new TargetException(
                TargetException.Kind.PERMANENT, "a membership lent to the master could not be given back: " + reason);
    }
}
