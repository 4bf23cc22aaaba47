package dev.sallyport.cli.demo;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.demo.Access.Door;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The chapter in which real clients run SQL through the proxy. It remembers what it ran, to find it in the audit. */
final class Queries {

    private static final int LARGE = 20_000;

    private final Story story;
    private final Clients clients;

    Queries(Story story, Clients clients) {
        this.story = story;
        this.clients = clients;
    }

    /** A statement that was run, as the audit must show it. */
    record Ran(String sql, List<String> parameters, boolean refused) {}

    /** Runs the demo's statements on an open connection and returns them in order. */
    List<Ran> run(Door door, Connection connection) throws SQLException {
        List<Ran> ran = new ArrayList<>();
        ran.add(select(connection, "SELECT count(*) FROM customers"));
        ran.add(prepared(connection, door));
        ran.add(forbidden(connection));
        ran.add(large(connection, door));
        return ran;
    }

    private Ran select(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            story.check(rows.getLong(1) > 0, "%s → %d", sql, rows.getLong(1));
        }
        return new Ran(sql, List.of(), false);
    }

    private Ran prepared(Connection connection, Door door) throws SQLException {
        String sql = "SELECT id, name FROM customers WHERE id = ? OR name = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, 7);
            statement.setString(2, "O'Brien");
            try (ResultSet rows = statement.executeQuery()) {
                int count = 0;
                while (rows.next()) {
                    count++;
                }
                story.check(count >= 1, "%s with (7, O'Brien) → %d rows", sql, count);
            }
        }
        String onTheWire =
                door.engine().equals("postgres") ? "SELECT id, name FROM customers WHERE id = $1 OR name = $2" : sql;
        return new Ran(onTheWire, List.of("7", "O'Brien"), false);
    }

    private Ran forbidden(Connection connection) throws SQLException {
        String sql = "DELETE FROM customers WHERE id = 1";
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
            throw new CommandFailure(ExitCode.STORY_FAILED, "the role hoop_ro could delete: " + sql);
        } catch (SQLException refused) {
            boolean databasesOwn = refused.getSQLState().equals("42501") || refused.getErrorCode() == 1142;
            story.check(databasesOwn, "%s → the database refuses: %s", sql, Story.firstLine(refused));
        }
        return new Ran(sql, List.of(), true);
    }

    private Ran large(Connection connection, Door door) throws SQLException {
        String sql = door.engine().equals("postgres")
                ? "SELECT n, repeat('x', 1000) FROM generate_series(1, " + LARGE + ") AS n"
                : "SELECT a.id, repeat('x', 1000) FROM customers a CROSS JOIN customers b LIMIT " + LARGE;
        long rows = 0;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows++;
            }
        }
        story.check(rows == LARGE, "%s → %,d rows of 1 kB", sql, rows);
        return new Ran(sql, List.of(), false);
    }

    /** Runs one statement with psql, where there is one. */
    List<Ran> psql(Door door, java.nio.file.Path authority) throws IOException, InterruptedException {
        String sql = "SELECT current_user, current_database()";
        ProcessBuilder builder = new ProcessBuilder(
                        "psql",
                        "host=" + door.host() + " port=" + door.port() + " dbname=" + door.database() + " user="
                                + door.user() + " sslmode=verify-full sslrootcert=" + authority,
                        "-XAtc",
                        sql)
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", door.password().reveal());
        builder.environment().put("PGCONNECT_TIMEOUT", "10");
        Process psql = builder.start();
        String said = new String(psql.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        boolean done = psql.waitFor(30, TimeUnit.SECONDS) && psql.exitValue() == 0;
        story.check(done && said.startsWith("hoop_ro|"), "psql: %s → %s", sql, said);
        return List.of(new Ran(sql, List.of(), false));
    }
}
