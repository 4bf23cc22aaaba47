package dev.sallyport.benchmarks;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real server over TLS with databases that a master, who is no superuser, owns. */
final class TargetServer implements AutoCloseable {

    static final Login MASTER = new Login("master", Secret.of("master-password"));

    private static final String COUNT_POSTGRES = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'master'";
    private static final String COUNT_MYSQL =
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'master'";

    /** A connection of the superuser. */
    @FunctionalInterface
    private interface Admin {
        Connection connect(String database) throws SQLException;
    }

    private final Endpoint endpoint;
    private final AutoCloseable server;
    private final Connection watching;

    private TargetServer(Endpoint endpoint, AutoCloseable server, Admin admin) {
        this.endpoint = endpoint;
        this.server = server;
        try {
            this.watching = admin.connect(endpoint.engine() == Engine.POSTGRES ? "postgres" : "");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot watch the server", e);
        }
    }

    /** A PostgreSQL in {@code folder}: what is there already, or an empty one. */
    static TargetServer postgres(Path folder, LocalAuthority authority) {
        PostgresServer server = PostgresServer.in(folder)
                .forTests()
                .tls(authority.issue(folder.getFileName().toString()))
                .start();
        Endpoint endpoint = new Endpoint(Engine.POSTGRES, "localhost", server.port(), "orders_0");
        return new TargetServer(endpoint, server, server::connect);
    }

    /** The best of the MySQL family that runs here. */
    static TargetServer mysql(Path folder, LocalAuthority authority) {
        MySqlFamilyServer server = MySqlFamilyServer.in(folder, Distribution.best())
                .forTests()
                .tls(authority.issue(folder.getFileName().toString()))
                .start();
        return new TargetServer(new Endpoint(server.engine(), "localhost", server.port(), ""), server, server::connect);
    }

    /** Makes the master and its databases, each with {@code tables} tables. */
    void fill(int databases, int tables) throws SQLException {
        boolean postgres = endpoint.engine() == Engine.POSTGRES;
        try (Statement admin = watching.createStatement()) {
            admin.execute(
                    postgres
                            ? "CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master-password'"
                            : "CREATE USER 'master'@'%' IDENTIFIED BY 'master-password'");
            if (!postgres) {
                admin.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, PROCESS, RELOAD, CREATE USER"
                        + " ON *.* TO 'master'@'%' WITH GRANT OPTION");
            }
            for (int i = 0; i < databases; i++) {
                admin.execute("CREATE DATABASE orders_" + i + (postgres ? " OWNER master STRATEGY file_copy" : ""));
                if (!postgres) {
                    createTables(admin, "orders_" + i + ".", tables);
                }
            }
        }
    }

    /** PostgreSQL's are made from within, by their owner. */
    void fillPostgresDatabase(Connection master, int tables) throws SQLException {
        try (Statement statement = master.createStatement()) {
            createTables(statement, "public.", tables);
        }
    }

    private static void createTables(Statement statement, String prefix, int tables) throws SQLException {
        String type = prefix.startsWith("public") ? "serial" : "int";
        for (int i = 0; i < tables; i++) {
            statement.execute("CREATE TABLE " + prefix + "items_" + i + " (id " + type + " PRIMARY KEY, name text)");
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** The master's, now. */
    int connections() {
        String sql = endpoint.engine() == Engine.POSTGRES ? COUNT_POSTGRES : COUNT_MYSQL;
        try (Statement statement = watching.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getInt(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot watch the server", e);
        }
    }

    /** The data of a server that is stopped, for another one. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = from.relativize(file).toString();
                if (name.isEmpty() || name.startsWith("data") || name.equals("password")) {
                    Files.copy(file, to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    static String database(int index) {
        return "orders_" + index;
    }

    static Stream<String> databases(int count) {
        return IntStream.range(0, count).mapToObj(TargetServer::database);
    }

    @Override
    public void close() {
        try {
            watching.close();
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop a server", e);
        }
    }
}
