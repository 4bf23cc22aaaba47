package dev.sallyport.sandbox.postgres;

import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database {@code sallyport} of the control plane in a {@link PostgresServer}: {@code deploy/postgres/init.sql} run once,
 * each role with a random password that is kept in the folder.
 */
public final class ControlPlane implements AutoCloseable {

    private static final String DATABASE = "sallyport";
    private static final Pattern PASSWORD_VARIABLE = Pattern.compile(":'(\\w+)_password'");

    private final PostgresServer server;
    private final Map<String, Secret> passwords;

    private ControlPlane(PostgresServer server, Map<String, Secret> passwords) {
        this.server = server;
        this.passwords = passwords;
    }

    /** A control plane on a fresh server for tests. */
    public static ControlPlane forTests(Path folder) {
        return on(PostgresServer.in(folder).forTests().start(), folder);
    }

    /** The control plane on {@code server}, made when it is not there; {@code folder} keeps the passwords. */
    public static ControlPlane on(PostgresServer server, Path folder) {
        try {
            String script = script();
            Map<String, Secret> passwords = keptPasswords(folder.resolve("roles.properties"), script);
            if (!exists(server)) {
                // Made under another name first: a start that is cut off half-way begins again.
                server.execute("postgres", "DROP DATABASE IF EXISTS sallyport_new");
                dropRoles(server, passwords);
                server.execute("postgres", "CREATE DATABASE sallyport_new");
                server.execute("sallyport_new", withPasswords(script, passwords));
                server.execute("postgres", "ALTER DATABASE sallyport_new RENAME TO " + DATABASE);
            }
            return new ControlPlane(server, passwords);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the control plane in " + folder, e);
        }
    }

    public PostgresServer server() {
        return server;
    }

    public String jdbcUrl() {
        return server.jdbcUrl(DATABASE);
    }

    /** The password of a role such as {@code sallyport_api}. */
    public Secret password(String role) {
        return named(passwords, role);
    }

    /**
     * What the service's configuration says of its databases.
     *
     * @param service {@code api}, {@code provisioner}, {@code grant-broker}, {@code notifier} or {@code db-proxy}
     */
    public Map<String, String> settingsFor(String service) {
        Map<String, String> settings = new LinkedHashMap<>();
        switch (service) {
            case "api" -> {
                own(settings, "sallyport_api");
                store(settings, "sallyport.secrets", "sallyport_secrets");
                store(settings, "sallyport.audit-store", "sallyport_audit_reader");
            }
            case "provisioner" -> {
                own(settings, "sallyport_provisioner");
                store(settings, "sallyport.secrets", "sallyport_secrets");
            }
            case "grant-broker" -> own(settings, "sallyport_broker");
            case "notifier" -> {
                own(settings, "sallyport_notifier");
                store(settings, "sallyport.audit-store", "sallyport_audit");
            }
            case "db-proxy" -> store(settings, "sallyport.secrets", "sallyport_secrets_reader");
            default -> throw new IllegalArgumentException("no service is called " + service);
        }
        return settings;
    }

    @Override
    public void close() {
        server.close();
    }

    private static Secret named(Map<String, Secret> passwords, String role) {
        Secret password = passwords.get(role);
        if (password == null) {
            throw new IllegalArgumentException("no role " + role + ", only " + passwords.keySet());
        }
        return password;
    }

    private void own(Map<String, String> settings, String role) {
        settings.put("sallyport.database.host", server.host());
        settings.put("sallyport.database.port", Integer.toString(server.port()));
        settings.put("sallyport.database.name", DATABASE);
        settings.put("sallyport.database.password", password(role).reveal());
    }

    private void store(Map<String, String> settings, String prefix, String role) {
        settings.put(prefix + ".jdbc-url", jdbcUrl());
        settings.put(prefix + ".username", role);
        settings.put(prefix + ".password", password(role).reveal());
    }

    private static boolean exists(PostgresServer server) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            return found.next();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot ask PostgreSQL for its databases: " + e.getMessage(), e);
        }
    }

    private static void dropRoles(PostgresServer server, Map<String, Secret> passwords) {
        for (String role : passwords.keySet()) {
            server.execute("postgres", "DROP ROLE IF EXISTS " + role);
        }
    }

    private static String withPasswords(String script, Map<String, Secret> passwords) {
        return PASSWORD_VARIABLE
                .matcher(script)
                .replaceAll(found ->
                        "'" + named(passwords, "sallyport_" + found.group(1)).reveal() + "'");
    }

    private static Map<String, Secret> keptPasswords(Path file, String script) throws IOException {
        Properties kept = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                kept.load(reader);
            }
        }
        Map<String, Secret> passwords = new TreeMap<>();
        StringBuilder text = new StringBuilder();
        Matcher variables = PASSWORD_VARIABLE.matcher(script);
        while (variables.find()) {
            String role = "sallyport_" + variables.group(1);
            Secret password = Secret.of(kept.getProperty(role, Secret.random(32).reveal()));
            passwords.put(role, password);
            text.append(role).append('=').append(password.reveal()).append('\n');
        }
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text);
        return passwords;
    }

    private static String script() throws IOException {
        try (InputStream in = ControlPlane.class.getResourceAsStream("/deploy/postgres/init.sql")) {
            if (in == null) {
                throw new IllegalStateException("deploy/postgres/init.sql is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
