package dev.sallyport.auditstore;

import java.sql.SQLException;

/** The store could not do it. {@link #isTransient()} says whether it may, later, with the same input. */
public final class AuditStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean transientFailure;

    AuditStoreException(String message, boolean transientFailure) {
        super(message);
        this.transientFailure = transientFailure;
    }

    /** The server's detail is left out: it quotes the row. */
    static AuditStoreException of(String what, SQLException e) {
        String state = e.getSQLState() == null ? "no SQLSTATE" : e.getSQLState();
        return new AuditStoreException(what + " (" + state + ", " + firstLine(e) + ")", !isAboutTheInput(state));
    }

    /** False when the same input can never be stored. */
    public boolean isTransient() {
        return transientFailure;
    }

    /** Data exceptions, violated constraints, and a row that exceeds a limit of the server (PostgreSQL, appendix A). */
    private static boolean isAboutTheInput(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }

    private static String firstLine(SQLException e) {
        String message = e.getMessage();
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
