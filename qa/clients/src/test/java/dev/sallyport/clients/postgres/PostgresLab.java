package dev.sallyport.clients.postgres;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.rig.PackagedProxy;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/** A PostgreSQL that logs all that it executes, and the proxy before it. */
final class PostgresLab implements AutoCloseable {

    private final PackagedProxy proxy;
    private final PostgresServer server;
    private final DatabaseLog log;

    /** @param javaOptions of the proxy, behind its usual ones */
    PostgresLab(Path folder, String... javaOptions) {
        this(folder, new PackagedProxy(folder.resolve("proxy"), javaOptions));
    }

    private PostgresLab(Path folder, PackagedProxy proxy) {
        this.proxy = proxy;
        Path data = folder.resolve("pg");
        server = PostgresServer.in(data)
                .forTests()
                .tls(proxy.authority().issue("postgres", "localhost"))
                .setting("log_statement", "all")
                .setting("logging_collector", "on")
                .setting("log_destination", "jsonlog")
                .setting("log_directory", data.resolve("statements").toString())
                .setting("log_filename", "all")
                .setting("log_rotation_age", "0")
                .setting("log_rotation_size", "0")
                .setting("log_parameter_max_length", "0")
                .setting("max_prepared_transactions", "64")
                .setting("wal_level", "logical")
                .start();
        log = new DatabaseLog(data.resolve("statements/all.json"));
    }

    /** One for suites: its proxy takes clients without TLS too, as the database does, and soon refuses whom it does not know. */
    static PostgresLab forSuites(Path folder) {
        Map<String, String> settings =
                Map.of("sallyport.proxy.plain-clients", "true", "sallyport.proxy.grant-patience", "500ms");
        return new PostgresLab(folder, new PackagedProxy(folder.resolve("proxy"), settings));
    }

    PackagedProxy proxy() {
        return proxy;
    }

    PostgresServer server() {
        return server;
    }

    /** What the database wrote about what it executed. */
    DatabaseLog log() {
        return log;
    }

    /** A connection of pgjdbc's. */
    static Connection connect(Endpoint endpoint) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", endpoint.user());
        properties.setProperty("password", endpoint.password().reveal());
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", endpoint.authority().toString());
        return DriverManager.getConnection(
                "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database(), properties);
    }

    /** A database that is {@code user}'s own. */
    Endpoint direct(String database, String user) {
        Secret password = Secret.random(24);
        server.execute(
                "postgres",
                "CREATE ROLE " + user + " LOGIN CREATEROLE CREATEDB PASSWORD '" + password.reveal() + "'",
                "CREATE DATABASE " + database + " OWNER " + user);
        return Endpoint.direct(
                server.port(), database, user, password, proxy.authority().certificateFile());
    }

    /** The same database as the superuser. */
    Endpoint superuser(Endpoint direct) {
        return Endpoint.direct(
                server.port(), direct.database(), server.adminUser(), server.adminPassword(), direct.authority());
    }

    /** The same through the proxy. */
    Endpoint proxied(Endpoint direct) {
        return proxy.grant(Engine.POSTGRES, direct.port(), direct.database(), direct.user(), direct.password());
    }

    @Override
    public void close() {
        server.close();
        proxy.close();
    }
}
