package dev.sallyport.auditstore;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.Driver;

/**
 * The store's connections. None is made before it is needed, so a database that is down keeps no service from starting.
 * Safe for use by many threads.
 */
public final class AuditStore implements AutoCloseable {

    private static final String SCHEMA = "audit";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

    private final AuditStoreSettings settings;
    private final AgroalDataSource pool;

    private AuditStore(AuditStoreSettings settings, AgroalDataSource pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** Opens the store without talking to it yet. */
    public static AuditStore open(AuditStoreSettings settings) {
        try {
            return new AuditStore(settings, AgroalDataSource.from(configuration(settings)));
        } catch (SQLException e) {
            throw AuditStoreException.of("the pool of the audit store could not be made", e);
        }
    }

    /**
     * Brings the schema {@code audit} up to date; a lock makes it safe in several processes at once. Needs the role that
     * owns the schema.
     *
     * @throws AuditStoreException transient, when the database is out of reach
     */
    public void migrate() {
        try {
            Flyway.configure(AuditStore.class.getClassLoader())
                    .dataSource(
                            settings.jdbcUrl(),
                            settings.username(),
                            settings.password().reveal())
                    .defaultSchema(SCHEMA)
                    .createSchemas(false)
                    .locations("classpath:db/audit")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            String message = e.getMessage() == null
                    ? ""
                    : e.getMessage().lines().findFirst().orElse("");
            throw new AuditStoreException("the audit store's schema could not be brought up to date: " + message, true);
        }
    }

    /** For the role that owns the schema. */
    public AuditWriter writer(InstantSource clock) {
        return new AuditWriter(this, partitions(clock));
    }

    /** For the role that owns the schema. */
    public Partitions partitions(InstantSource clock) {
        return new Partitions(this, settings.retention(), clock);
    }

    /** For any role that may read. */
    public AuditReader reader() {
        return new AuditReader(this);
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Work on one connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Runs {@code work} in a transaction; {@code what} says what could not be done if it fails. */
    <T> T transaction(String what, Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw AuditStoreException.of(what, e);
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The connection is gone, and the transaction with it.
            cause.addSuppressed(e);
        }
    }

    private static AgroalDataSourceConfigurationSupplier configuration(AuditStoreSettings settings) {
        return new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.initialSize(0)
                        .minSize(0)
                        .maxSize(settings.maxConnections())
                        .acquisitionTimeout(CONNECT_TIMEOUT)
                        .validateOnBorrow(true)
                        .connectionFactoryConfiguration(connections -> connections
                                .connectionProviderClass(Driver.class)
                                .jdbcUrl(settings.jdbcUrl())
                                .jdbcProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()))
                                .jdbcProperty("socketTimeout", String.valueOf(SOCKET_TIMEOUT.toSeconds()))
                                .jdbcProperty("ApplicationName", "sallyport-audit-store")
                                .principal(new NamePrincipal(settings.username()))
                                .credential(
                                        new SimplePassword(settings.password().reveal()))));
    }
}
