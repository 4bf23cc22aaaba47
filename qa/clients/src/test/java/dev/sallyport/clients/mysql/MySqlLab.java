package dev.sallyport.clients.mysql;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.rig.PackagedProxy;
import dev.sallyport.rig.Trail;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** A server that logs all that it executes (The General Query Log), and the proxy before it. */
final class MySqlLab implements AutoCloseable {

    private static final int SYNTAX_ERROR = 1064;

    private final PackagedProxy proxy;
    private final MySqlFamilyServer server;

    /** With local files, on both ways. */
    private static final Map<String, String> SETTINGS = Map.of("sallyport.proxy.mysql.local-infile", "true");

    private MySqlLab(Path folder, Distribution distribution, PackagedProxy proxy) {
        this.proxy = proxy;
        server = MySqlFamilyServer.in(folder.resolve("server"), distribution)
                .forTests()
                .tls(proxy.authority().issue("mysql", "localhost"))
                .start();
        server.execute("", "SET GLOBAL local_infile = 1");
    }

    /** One that logs. */
    MySqlLab(Path folder, Distribution distribution) {
        this(folder, distribution, new PackagedProxy(folder.resolve("proxy"), SETTINGS));
        server.execute("", "SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = 1");
    }

    /** One for suites: its proxy takes clients without TLS too, as the server does, and soon refuses whom it does not know. */
    static MySqlLab forSuites(Path folder, Distribution distribution) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("sallyport.proxy.plain-clients", "true");
        settings.put("sallyport.proxy.grant-patience", "500ms");
        return new MySqlLab(folder, distribution, new PackagedProxy(folder.resolve("proxy"), settings));
    }

    MySqlFamilyServer server() {
        return server;
    }

    /** A database with a user of its own. */
    Endpoint direct(String name) {
        return direct("of_" + name, "user_" + name);
    }

    /** The database and its user by these names. */
    Endpoint direct(String database, String user) {
        Secret password = Secret.random(24);
        server.execute(
                "",
                "CREATE DATABASE " + database,
                "CREATE USER '" + user + "'@'%' IDENTIFIED BY '" + password.reveal() + "'",
                "GRANT ALL PRIVILEGES ON " + database + ".* TO '" + user + "'@'%'");
        return Endpoint.direct(
                server.port(), database, user, password, proxy.authority().certificateFile());
    }

    /** For clients that know no other way to prove a password. */
    void nativePassword(Endpoint direct) {
        if (server.engine() == Engine.MYSQL) {
            server.execute(
                    "",
                    "ALTER USER '" + direct.user() + "'@'%' IDENTIFIED WITH mysql_native_password BY '"
                            + direct.password().reveal() + "'");
        }
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

    /** Who issues certificates for all. */
    LocalAuthority authority() {
        return proxy.authority();
    }

    /** Forgets what was logged until now. */
    void clearLog() {
        server.execute("", "TRUNCATE TABLE mysql.general_log");
    }

    /**
     * What the server logged of {@code user}: text as it is, an execution as such only, since the server writes its parameters
     * into the text. A proxy ends what a client has left behind; its KILL is no statement of the client's.
     */
    List<String> logged(String user) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Connection connection = server.connect("mysql");
                PreparedStatement log = connection.prepareStatement(
                        "SELECT command_type, argument FROM general_log WHERE user_host LIKE ?"
                                + " AND command_type IN ('Query', 'Execute', 'Init DB') ORDER BY event_time")) {
            log.setString(1, user + "[%");
            try (ResultSet rows = log.executeQuery()) {
                while (rows.next()) {
                    statements.add(
                            switch (rows.getString(1)) {
                                case "Query" -> text(utf8(rows.getBytes(2)));
                                case "Init DB" -> "USE `" + utf8(rows.getBytes(2)) + "`";
                                default -> "execute";
                            });
                }
            }
        }
        statements.removeIf("KILL <n>"::equals);
        return statements;
    }

    /** What the proxy recorded of an endpoint, written as {@link #logged} writes it, without what no server logs. */
    List<String> recorded(Endpoint endpoint) {
        return proxy.trail(endpoint.grantId()).whole().stream()
                .filter(this::logged)
                .flatMap(this::lines)
                .toList();
    }

    /** Not what could not be prepared, nor the rows that a cursor was asked for, nor files; and MySQL logs nothing that it cannot parse. */
    private boolean logged(Trail.Whole one) {
        Integer error = one.event().errorCode();
        boolean parsed = error == null || error != SYNTAX_ERROR || server.engine() != Engine.MYSQL;
        return switch (one.event().kind()) {
            case "stmt_prepare", "stmt_fetch", "local_infile" -> false;
            default -> parsed;
        };
    }

    /** Of several statements in one text, MySQL logs each. */
    private Stream<String> lines(Trail.Whole one) {
        String sql = text(one.sql());
        if (one.event().kind().equals("stmt_execute")) {
            return Stream.of("execute");
        }
        boolean several = server.engine() == Engine.MYSQL && !sql.startsWith("CREATE PROCEDURE");
        return several ? Stream.of(sql.split("(?<=;) ")) : Stream.of(sql);
    }

    private static String utf8(byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
    }

    /** A client knows its connection by another number than the server. */
    private static String text(String sql) {
        return sql.strip().replaceAll("^(KILL (?:QUERY )?)\\d+$", "$1<n>");
    }

    @Override
    public void close() {
        server.close();
        proxy.close();
    }
}
