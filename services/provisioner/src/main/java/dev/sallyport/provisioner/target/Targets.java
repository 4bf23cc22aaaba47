package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.Engine;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the target databases. With an authority's file, each is TLS with the chain and the host name checked;
 * without one it is plain, which only local mode allows. Blocks: call from a virtual thread.
 */
public final class Targets {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Nothing that we do takes longer on a healthy server. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);
    /** A grant waits this long behind somebody's transaction, and queues others behind it no longer than that. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

    private final @Nullable Path authorities;
    private final @Nullable SqlServerClient sqlServer;

    /**
     * For all engines but SQL Server.
     *
     * @param authorities PEM of the authorities to trust; plain connections when empty
     */
    public Targets(Optional<Path> authorities) {
        this.authorities = authorities.orElse(null);
        this.sqlServer = null;
    }

    /**
     * For all engines.
     *
     * @param authorities PEM of the authorities to trust; plain connections when empty
     * @param vertx whose event loops speak with SQL Server; its owner closes it
     */
    public Targets(Optional<Path> authorities, Vertx vertx) {
        this.authorities = authorities.orElse(null);
        this.sqlServer =
                new SqlServerClient(vertx, authorities.orElse(null), CONNECT_TIMEOUT, STATEMENT_TIMEOUT, LOCK_TIMEOUT);
    }

    /** Whether each connection is TLS with a server that was checked. */
    public boolean encrypted() {
        return authorities != null;
    }

    /**
     * Opens {@code database}, or no database in particular when it is empty (MySQL and MariaDB). SQL Server has
     * {@link #connectSqlServer}.
     *
     * @throws TargetException when the server is not reached, or refuses
     */
    public Connection connect(Endpoint endpoint, Login login, String database) {
        String where = endpoint.host() + ":" + endpoint.port();
        try {
            return switch (endpoint.engine()) {
                case POSTGRES -> postgres(endpoint, login, database);
                case MYSQL, MARIADB -> mysql(endpoint, login, database);
                case SQLSERVER -> throw new IllegalArgumentException("SQL Server is not reached by JDBC");
            };
        } catch (SQLException e) {
            throw TargetException.of("cannot log in to " + where + " as " + login.user(), e);
        }
    }

    /**
     * Opens {@code database} of an SQL Server.
     *
     * @throws TargetException when the server is not reached, or refuses
     */
    public SqlServerConnection connectSqlServer(Endpoint endpoint, Login login, String database) {
        SqlServerClient client = sqlServer;
        if (client == null) {
            throw new IllegalStateException("these targets were made without SQL Server");
        }
        try {
            return client.connect(endpoint, login, database);
        } catch (SQLException e) {
            throw TargetException.of(
                    "cannot log in to " + endpoint.host() + ":" + endpoint.port() + " as " + login.user(), e);
        }
    }

    /** Whether the server accepts {@code login}; throws when it cannot be asked. */
    public boolean accepts(Endpoint endpoint, Login login) {
        return refusal(endpoint, login).isEmpty();
    }

    /** In which words the server refuses {@code login}; empty when it accepts it; throws when it cannot be asked. */
    public Optional<String> refusal(Endpoint endpoint, Login login) {
        try {
            logIn(endpoint, login);
            return Optional.empty();
        } catch (SQLException e) {
            throw TargetException.of("cannot close a connection to " + endpoint.host(), e);
        } catch (TargetException e) {
            if (e.kind() == TargetException.Kind.LOGIN_REFUSED) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** Whoever is logged in has had an answer already; on one of SQL Server nothing more is asked. */
    private void logIn(Endpoint endpoint, Login login) throws SQLException {
        if (endpoint.engine() == Engine.SQLSERVER) {
            connectSqlServer(endpoint, login, endpoint.defaultDatabase()).close();
            return;
        }
        String database = endpoint.engine() == Engine.POSTGRES ? endpoint.defaultDatabase() : "";
        try (Connection connection = connect(endpoint, login, database)) {
            if (!connection.isValid((int) CONNECT_TIMEOUT.toSeconds())) {
                throw new TargetException(
                        TargetException.Kind.TRANSIENT, endpoint.host() + " let us in and then said no more");
            }
        }
    }

    private Connection postgres(Endpoint endpoint, Login login, String database) throws SQLException {
        Properties properties = credentials(login);
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("loginTimeout", String.valueOf(2 * CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("socketTimeout", String.valueOf(2 * STATEMENT_TIMEOUT.toSeconds()));
        properties.setProperty("ApplicationName", "sallyport-provisioner");
        // Nothing of ours may be resolved through a schema that somebody else fills.
        properties.setProperty(
                "options",
                "-c search_path=pg_catalog -c statement_timeout=" + STATEMENT_TIMEOUT.toMillis() + " -c lock_timeout="
                        + LOCK_TIMEOUT.toMillis());
        if (authorities == null) {
            properties.setProperty("sslmode", "disable");
        } else {
            properties.setProperty("sslmode", "verify-full");
            properties.setProperty("sslrootcert", authorities.toString());
        }
        String name = URLEncoder.encode(database, StandardCharsets.UTF_8);
        String url = "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + name;
        return new org.postgresql.Driver().connect(url, properties);
    }

    private Connection mysql(Endpoint endpoint, Login login, String database) throws SQLException {
        Properties properties = credentials(login);
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("socketTimeout", String.valueOf(2 * STATEMENT_TIMEOUT.toMillis()));
        properties.setProperty("allowLocalInfile", "false");
        if (authorities == null) {
            properties.setProperty("sslMode", "disable");
            properties.setProperty("allowPublicKeyRetrieval", "true");
        } else {
            properties.setProperty("sslMode", "verify-full");
            properties.setProperty("serverSslCert", authorities.toString());
        }
        Connection connection = new org.mariadb.jdbc.Driver()
                .connect("jdbc:mariadb://" + address(endpoint) + "/" + database, properties);
        try (Statement statement = connection.createStatement()) {
            // Identifiers and texts then mean the same whatever the server's own mode is.
            statement.execute("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
            statement.execute("SET SESSION lock_wait_timeout = " + LOCK_TIMEOUT.toSeconds());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static String address(Endpoint endpoint) {
        return "address=(host=" + endpoint.host() + ")(port=" + endpoint.port() + ")";
    }

    private static Properties credentials(Login login) {
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password().reveal());
        return properties;
    }
}
