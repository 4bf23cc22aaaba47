package dev.sallyport.clients.mysql;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TimeZone;

/**
 * A program of its own that does by JDBC what applications do, and prints what it sees. Which driver, and how it talks, is said by
 * its URL's scheme and options: the arguments.
 */
final class JdbcStory {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final int ROWS = 300;

    private JdbcStory() {}

    /** @param arguments such as {@code jdbc:mysql useServerPrepStmts=true} */
    public static void main(String[] arguments) throws SQLException {
        Locale.setDefault(Locale.ROOT);
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        try (Connection connection = connect(arguments)) {
            tables(connection);
            types(connection);
            batches(connection);
            cursors(connection);
            errors(connection);
            transactions(connection);
            procedures(connection);
            metadata(connection);
            limits(connection);
        }
    }

    private static Connection connect(String... arguments) throws SQLException {
        Properties options = new Properties();
        options.setProperty("user", System.getenv("USER_NAME"));
        options.setProperty("password", System.getenv("MYSQL_PWD"));
        for (int i = 1; i < arguments.length; i++) {
            String[] option = arguments[i].split("=", 2);
            options.setProperty(option[0], option[1].replace("$AUTHORITY", System.getenv("AUTHORITY")));
        }
        String url = "%s://%s:%s/%s"
                .formatted(arguments[0], System.getenv("HOST"), System.getenv("PORT"), System.getenv("DATABASE"));
        return DriverManager.getConnection(url, options);
    }

    private static void tables(Connection connection) throws SQLException {
        run(connection, "DROP TABLE IF EXISTS line, item");
        run(
                connection,
                "CREATE TABLE item (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50) NOT NULL, price decimal(10,2),"
                        + " made datetime(6), day date, hour time, yes bit(1), data blob, large bigint unsigned) CHARSET utf8mb4");
        run(connection, "CREATE TABLE line (id int PRIMARY KEY, item int, FOREIGN KEY (item) REFERENCES item (id))");
    }

    private static void types(Connection connection) throws SQLException {
        String insert =
                "INSERT INTO item (name, price, made, day, hour, yes, data, large) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
            statement.setString(1, "größe 日本 —");
            statement.setBigDecimal(2, new BigDecimal("12.50"));
            statement.setString(3, "2026-01-02 03:04:05.678901");
            statement.setString(4, "2026-01-02");
            statement.setString(5, "23:59:58");
            statement.setBoolean(6, true);
            statement.setBytes(7, new byte[] {0, 1, 127});
            statement.setBigDecimal(8, new BigDecimal("18446744073709551615"));
            OUT.println("inserted " + statement.executeUpdate());
            print(statement.getGeneratedKeys());
            statement.setString(1, "nothing");
            for (int i = 2; i <= 8; i++) {
                statement.setNull(i, Types.NULL);
            }
            OUT.println("inserted " + statement.executeUpdate());
        }
        query(connection, "SELECT * FROM item WHERE id > ? ORDER BY id", 0);
        query(connection, "SELECT ? + 1, CHAR_LENGTH(?)", 41, "z".repeat(200_000));
    }

    private static void batches(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO item (name, price) VALUES (?, ?)")) {
            for (int i = 0; i < ROWS; i++) {
                statement.setString(1, "n" + i);
                statement.setBigDecimal(2, BigDecimal.valueOf(i, 2));
                statement.addBatch();
            }
            OUT.println("batch of " + statement.executeBatch().length);
        }
        connection.commit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("UPDATE item SET price = 1 WHERE id = 1");
            statement.addBatch("INSERT INTO line VALUES (1, 99999)");
            statement.addBatch("UPDATE item SET price = 2 WHERE id = 1");
            statement.executeBatch();
        } catch (BatchUpdateException e) {
            OUT.println("batch " + e.getUpdateCounts().length + " " + e.getSQLState());
        }
        query(connection, "SELECT COUNT(*), SUM(price) FROM item");
    }

    private static void cursors(Connection connection) throws SQLException {
        for (int fetchSize : new int[] {7, 0}) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT id, name FROM item ORDER BY id")) {
                statement.setFetchSize(fetchSize);
                int rows = 0;
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        rows++;
                    }
                }
                OUT.println("fetched " + rows + " by " + fetchSize);
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(3);
            print(statement.executeQuery("SELECT id FROM item ORDER BY id DESC"));
        }
    }

    private static void errors(Connection connection) throws SQLException {
        for (String sql : List.of(
                "SELECT nothing FROM item",
                "selekt",
                "INSERT INTO item (id, name) VALUES (1, 'twice')",
                "INSERT INTO line VALUES (3, 99999)",
                "SELECT * FROM elsewhere.item")) {
            failing(() -> run(connection, sql));
            failing(() -> query(connection, sql));
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT CAST('12x' AS SIGNED)");
            for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
                OUT.println("warning " + each.getErrorCode() + " " + each.getMessage());
            }
        }
    }

    private static void transactions(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        OUT.println("isolation " + connection.getTransactionIsolation());
        connection.setAutoCommit(false);
        run(connection, "DELETE FROM item WHERE id > 10");
        Savepoint savepoint = connection.setSavepoint("sp");
        run(connection, "DELETE FROM item");
        connection.rollback(savepoint);
        query(connection, "SELECT COUNT(*) FROM item");
        connection.rollback();
        connection.setAutoCommit(true);
        query(connection, "SELECT COUNT(*) FROM item");
        connection.setReadOnly(true);
        failing(() -> run(connection, "DELETE FROM item"));
        connection.setReadOnly(false);
    }

    private static void procedures(Connection connection) throws SQLException {
        run(connection, "DROP PROCEDURE IF EXISTS twice");
        run(
                connection,
                "CREATE PROCEDURE twice(IN a int, INOUT b int, OUT c varchar(20)) BEGIN SET b = b * 2;"
                        + " SET c = CONCAT('a=', a); SELECT a; SELECT b, c; END");
        try (CallableStatement call = connection.prepareCall("{call twice(?, ?, ?)}")) {
            call.setInt(1, 7);
            call.setInt(2, 21);
            call.registerOutParameter(2, Types.INTEGER);
            call.registerOutParameter(3, Types.VARCHAR);
            for (boolean rows = call.execute(); rows || call.getUpdateCount() >= 0; rows = call.getMoreResults()) {
                if (rows) {
                    print(call.getResultSet());
                } else {
                    OUT.println("updated " + call.getUpdateCount());
                }
            }
            OUT.println("out " + call.getInt(2) + " " + call.getString(3));
        }
        run(connection, "DROP PROCEDURE twice");
    }

    private static void metadata(Connection connection) throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        OUT.println(metadata.getDatabaseProductName() + " " + metadata.getDatabaseProductVersion() + " "
                + metadata.getDriverName());
        print(metadata.getTables(connection.getCatalog(), null, "%", new String[] {"TABLE"}));
        print(metadata.getColumns(connection.getCatalog(), null, "item", "%"));
        print(metadata.getPrimaryKeys(connection.getCatalog(), null, "item"));
        print(metadata.getImportedKeys(connection.getCatalog(), null, "line"));
    }

    private static void limits(Connection connection) throws SQLException {
        OUT.println("valid " + connection.isValid(20));
        connection.setCatalog(connection.getCatalog());
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            failing(() -> print(statement.executeQuery("SELECT SLEEP(60) + COUNT(*) FROM item")));
        }
        query(connection, "SELECT 1");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            OUT.println("updated " + statement.getUpdateCount());
        }
    }

    private static void query(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            print(statement.executeQuery());
        }
    }

    private static void print(ResultSet result) throws SQLException {
        ResultSetMetaData columns = result.getMetaData();
        List<String> head = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            head.add(columns.getColumnLabel(i) + ":" + columns.getColumnTypeName(i));
        }
        OUT.println(head);
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                row.add(
                        result.getObject(i) instanceof byte[] bytes
                                ? HexFormat.of().formatHex(bytes)
                                : String.valueOf(result.getString(i)));
            }
            OUT.println(row);
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static void failing(Step step) throws SQLException {
        try {
            step.run();
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage()).replaceAll("\\(conn[=:]\\d+\\) ?", "");
            OUT.println(e.getClass().getSimpleName() + " " + e.getSQLState() + " " + e.getErrorCode() + " " + message);
        }
    }
}
