package dev.sallyport.clients.mysql;

import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.kernel.Secret;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.rig.PackagedProxy;
import dev.sallyport.rig.Trail;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A server that logs all that it executes (The General Query Log), and the proxy before it. */
final class MySqlLab implements AutoCloseable {

    private final PackagedProxy proxy;
    private final MySqlFamilyServer server;

    MySqlLab(Path folder, Distribution distribution) {
        proxy = new PackagedProxy(folder.resolve("proxy"));
        server = MySqlFamilyServer.in(folder.resolve("server"), distribution)
                .forTests()
                .tls(proxy.authority().issue("mysql", "localhost"))
                .start();
        server.execute("", "SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = 1");
    }

    /** A database with a user of its own. */
    Endpoint direct(String name) {
        Secret password = Secret.random(24);
        String user = "user_" + name;
        server.execute(
                "",
                "CREATE DATABASE of_" + name,
                "CREATE USER '" + user + "'@'%' IDENTIFIED BY '" + password.reveal() + "'",
                "GRANT ALL PRIVILEGES ON of_" + name + ".* TO '" + user + "'@'%'");
        return Endpoint.direct(
                server.port(), "of_" + name, user, password, proxy.authority().certificateFile());
    }

    /** The same database through the proxy, which has met it already: the greeting is the server's own. */
    Endpoint proxied(Endpoint direct) throws SQLException {
        meet(proxy.grant(server.engine(), direct.port(), direct.database(), direct.user(), direct.password()));
        return proxy.grant(server.engine(), direct.port(), direct.database(), direct.user(), direct.password());
    }

    private static void meet(Endpoint endpoint) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", endpoint.user());
        login.setProperty("password", endpoint.password().reveal());
        login.setProperty("sslMode", "verify-full");
        login.setProperty("serverSslCert", endpoint.authority().toString());
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mariadb://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database(), login)) {
            connection.isValid(60);
        }
    }

    /** Forgets what was logged until now. */
    void clearLog() {
        server.execute("", "TRUNCATE TABLE mysql.general_log");
    }

    /**
     * What the server logged of {@code user}: text as it is, an execution as such only, since the server writes its parameters
     * into the text.
     */
    List<String> logged(String user) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Connection connection = server.connect("mysql");
                PreparedStatement log = connection.prepareStatement(
                        "SELECT command_type, CONVERT(argument USING utf8mb4) FROM general_log WHERE user_host LIKE ?"
                                + " AND command_type IN ('Query', 'Execute', 'Fetch', 'Init DB') ORDER BY event_time")) {
            log.setString(1, user + "[%");
            try (ResultSet rows = log.executeQuery()) {
                while (rows.next()) {
                    statements.add(
                            switch (rows.getString(1)) {
                                case "Query" -> rows.getString(2);
                                case "Init DB" -> "USE `" + rows.getString(2) + "`";
                                default -> rows.getString(1).toLowerCase(java.util.Locale.ROOT);
                            });
                }
            }
        }
        return statements;
    }

    /** What the proxy recorded of an endpoint, written as {@link #logged} writes it. */
    List<String> recorded(Endpoint endpoint) {
        return proxy.trail(endpoint.grantId()).whole().stream()
                .map(MySqlLab::line)
                .toList();
    }

    private static String line(Trail.Whole one) {
        StatementExecuted event = one.event();
        return switch (event.kind()) {
            case "stmt_execute" -> "execute";
            case "stmt_fetch" -> "fetch";
            default -> one.sql();
        };
    }

    @Override
    public void close() {
        server.close();
        proxy.close();
    }
}
