package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.TargetException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The master's connection to one database, for looking, with the script that its changes go through. */
record SqlSession(Connection connection, String database, Script script) {

    /**
     * Executes, or plans. A statement that is refused takes nothing with it, in a transaction neither.
     *
     * @return why the server refused
     * @throws TargetException when the connection is lost: the rest has no chance either
     */
    Optional<String> run(String sql) {
        return script.run(database, sql, () -> tryTo(sql));
    }

    private Optional<String> tryTo(String sql) {
        try (Statement statement = connection.createStatement()) {
            if (connection.getAutoCommit()) {
                statement.execute(sql);
            } else {
                executeAlone(statement, sql);
            }
            return Optional.empty();
        } catch (SQLException e) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            if (state.startsWith("08") || state.startsWith("57P")) {
                throw TargetException.of("the connection was lost", e);
            }
            return Optional.of(TargetException.said(e));
        }
    }

    private void executeAlone(Statement statement, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            statement.execute(sql);
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            connection.rollback(before);
            throw e;
        }
    }

    /** Looks: the values of each row as texts, a null as {@code "null"}. */
    List<List<String>> rows(String sql, String... parameters) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        values.add(String.valueOf(row.getString(i)));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }
}
