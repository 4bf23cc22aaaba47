package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.SqlServerConnection;
import dev.sallyport.provisioner.target.TargetException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The master's connection to one database of an SQL Server, for looking, with the script that its changes go through. */
record SqlServerSession(SqlServerConnection connection, String database, Script script) {

    private static final String CONNECTION_LOST = "08";

    /**
     * Executes, or plans. What the server refuses ends neither the session nor what comes after it.
     *
     * @return the number and the text of the server's refusal
     * @throws TargetException when the connection is lost: the rest has no chance either
     */
    Optional<String> run(String sql) {
        return script.run(database, sql, () -> tryTo(sql));
    }

    /** The statement so that an error comes back as a row. */
    static String caught(String sql) {
        return "BEGIN TRY\n    " + sql + ";\nEND TRY\nBEGIN CATCH\n"
                + "    SELECT ERROR_NUMBER() AS number, ERROR_MESSAGE() AS message;\nEND CATCH";
    }

    private Optional<String> tryTo(String sql) {
        try {
            return connection.rows(caught(sql)).stream()
                    .map(error -> error.get(0) + ": " + firstLine(error.get(1)))
                    .findFirst();
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith(CONNECTION_LOST)) {
                throw TargetException.of("the connection was lost", e);
            }
            // Some errors TRY does not catch.
            return Optional.of(e.getErrorCode() + ": " + TargetException.said(e));
        }
    }

    /** Looks. */
    List<List<String>> rows(String sql) throws SQLException {
        return connection.rows(sql);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("no reason given");
    }
}
