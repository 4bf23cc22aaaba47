package dev.sallyport.sandbox.sqlserver;

/** What the real server would say, by its number (sys.messages): severities from 11 to 16 end a statement, above a session. */
final class SqlError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int number;
    private final int severity;
    private final int state;

    private SqlError(int number, int severity, int state, String message) {
        super(message, null, false, false);
        this.number = number;
        this.severity = severity;
        this.state = state;
    }

    static SqlError of(int number, String message) {
        return new SqlError(number, number < 1000 ? 15 : 16, 1, message);
    }

    static SqlError of(int number, int severity, int state, String message) {
        return new SqlError(number, severity, state, message);
    }

    static SqlError syntax(String near) {
        return of(102, "Incorrect syntax near '" + near + "'.");
    }

    /** For what the stand-in does not know, in the words of a server that does not either. */
    static SqlError notKnown(String what) {
        return of(40510, "Statement '" + what + "' is not supported in this version of SQL Server (a stand-in).");
    }

    static SqlError cannot(String verb, String kind, String name) {
        return of(
                15151,
                "Cannot " + verb + " the " + kind + " '" + name
                        + "', because it does not exist or you do not have permission.");
    }

    static SqlError denied() {
        return of(15247, "User does not have permission to perform this action.");
    }

    static SqlError noDatabase(String name) {
        return of(911, 16, 1, "Database '" + name + "' does not exist. Make sure that the name is entered correctly.");
    }

    static SqlError loginFailed(String user) {
        return of(18456, 14, 1, "Login failed for user '" + user + "'.");
    }

    int number() {
        return number;
    }

    int severity() {
        return severity;
    }

    int state() {
        return state;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    /** TRY/CATCH sees what neither ends the session nor is a mistake found while the batch is compiled. */
    boolean catchable() {
        return severity > 10 && severity < 20 && number != 102;
    }
}
