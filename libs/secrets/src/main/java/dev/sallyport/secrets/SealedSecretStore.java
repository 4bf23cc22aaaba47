package dev.sallyport.secrets;

import dev.sallyport.kernel.Secret;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * The default store: rows in the schema {@code secrets} of the control plane's database, sealed with AES-256-GCM. The
 * database never sees a value, nor the keys.
 *
 * <p>No connection is made before the first call, so a database that is down keeps no service from starting. Safe for use by
 * many threads and processes side by side.
 */
public final class SealedSecretStore implements SecretStore, AutoCloseable {

    /** Connections at most. */
    private static final int MAX_CONNECTIONS = 4;
    /** How long a call waits for a connection before it fails. */
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);
    /** How long the database may take for one statement. */
    private static final int STATEMENT_TIMEOUT_SECONDS = 10;

    private static final String SCHEMA = "secrets";

    private final AgroalDataSource database;
    private final Seal seal;

    private SealedSecretStore(AgroalDataSource database, Seal seal) {
        this.database = database;
        this.seal = seal;
    }

    /**
     * Opens the store; its keyset is read now, its database when it is needed.
     *
     * @throws SecretStoreException when the keyset is missing, unreadable or open to others than its owner
     */
    public static SealedSecretStore open(SealedStoreSettings settings) {
        Seal seal = new Seal(Keyset.open(settings.keysetFile()));
        try {
            return new SealedSecretStore(AgroalDataSource.from(pool(settings)), seal);
        } catch (SQLException e) {
            throw failure("the pool of the secret store could not be made", e);
        }
    }

    /**
     * Brings the schema {@code secrets} up to date; a lock makes it safe in several processes at once. Needs the role that
     * owns the schema, and neither keyset nor pool.
     *
     * @throws SecretStoreException transient, when the database is out of reach
     */
    public static void migrate(SealedStoreSettings settings) {
        try {
            Flyway.configure()
                    .dataSource(
                            settings.jdbcUrl(),
                            settings.username(),
                            settings.password().reveal())
                    .defaultSchema(SCHEMA)
                    .createSchemas(false)
                    .locations("classpath:db/secrets")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new SecretStoreException(
                    "the schema of the secret store could not be brought up to date: " + firstLine(e.getMessage()),
                    true);
        }
    }

    @Override
    public String provider() {
        return "database";
    }

    @Override
    public Optional<Map<String, Secret>> current(String secretId) {
        return read(secretId, Slot.CURRENT);
    }

    @Override
    public Optional<Map<String, Secret>> pending(String secretId) {
        return read(secretId, Slot.PENDING);
    }

    @Override
    public void stage(String secretId, Map<String, Secret> entries) {
        byte[] sealed = seal.close(secretId, Slot.PENDING, entries);
        inTransaction("stage " + secretId, connection -> {
            write(connection, secretId, Slot.PENDING, sealed);
            return true;
        });
    }

    @Override
    public void publish(String secretId) {
        inTransaction("publish " + secretId, connection -> {
            // The lock makes one of two publishers wait; it finds nothing left to do.
            Optional<byte[]> staged = select(connection, secretId, Slot.PENDING, " FOR UPDATE");
            if (staged.isPresent()) {
                Map<String, Secret> entries = seal.open(secretId, Slot.PENDING, staged.get());
                write(connection, secretId, Slot.CURRENT, seal.close(secretId, Slot.CURRENT, entries));
                remove(connection, secretId, Slot.PENDING);
            }
            return staged.isPresent();
        });
    }

    @Override
    public void unstage(String secretId) {
        inTransaction("unstage " + secretId, connection -> {
            remove(connection, secretId, Slot.PENDING);
            return true;
        });
    }

    @Override
    public void delete(String secretId) {
        inTransaction("delete " + secretId, connection -> {
            remove(connection, secretId, Slot.CURRENT);
            remove(connection, secretId, Slot.PENDING);
            return true;
        });
    }

    /** Writes a row and takes it back, and opens the newest one that is there: a wrong keyset shows before it does harm. */
    @Override
    public void probe() {
        String id = "probe/" + UUID.randomUUID();
        inTransaction("be written", connection -> {
            openNewest(connection);
            write(connection, id, Slot.PENDING, seal.close(id, Slot.PENDING, Map.of()));
            return false;
        });
    }

    @Override
    public void close() {
        database.close();
    }

    private Optional<Map<String, Secret>> read(String secretId, Slot slot) {
        try (Connection connection = database.getConnection()) {
            return select(connection, secretId, slot, "").map(bytes -> seal.open(secretId, slot, bytes));
        } catch (SQLException e) {
            throw failure("the secret store could not read " + secretId, e);
        }
    }

    private void openNewest(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT secret_id, slot, sealed FROM secrets.sealed_secret ORDER BY updated_at DESC LIMIT 1");
                ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                Slot slot = row.getString(2).equals(Slot.CURRENT.label()) ? Slot.CURRENT : Slot.PENDING;
                seal.open(row.getString(1), slot, row.getBytes(3));
            }
        }
    }

    private static Optional<byte[]> select(Connection connection, String secretId, Slot slot, String lock)
            throws SQLException {
        String sql = "SELECT sealed FROM secrets.sealed_secret WHERE secret_id = ? AND slot = ?" + lock;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            statement.setString(1, secretId);
            statement.setString(2, slot.label());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    private static void write(Connection connection, String secretId, Slot slot, byte[] sealed) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO secrets.sealed_secret (secret_id, slot, sealed) VALUES (?, ?, ?)
                ON CONFLICT (secret_id, slot) DO UPDATE SET sealed = excluded.sealed, updated_at = now()""")) {
            statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            statement.setString(1, secretId);
            statement.setString(2, slot.label());
            statement.setBytes(3, sealed);
            statement.executeUpdate();
        }
    }

    private static void remove(Connection connection, String secretId, Slot slot) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM secrets.sealed_secret WHERE secret_id = ? AND slot = ?")) {
            statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            statement.setString(1, secretId);
            statement.setString(2, slot.label());
            statement.executeUpdate();
        }
    }

    /** @param work says whether to keep what it did */
    private void inTransaction(String what, Work work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean keep = false;
            try {
                keep = work.run(connection);
            } finally {
                if (keep) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failure("the secret store could not " + what, e);
        }
    }

    @FunctionalInterface
    private interface Work {
        boolean run(Connection connection) throws SQLException;
    }

    private static AgroalDataSourceConfigurationSupplier pool(SealedStoreSettings settings) {
        return new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.initialSize(0)
                        .minSize(0)
                        .maxSize(MAX_CONNECTIONS)
                        .acquisitionTimeout(CONNECTION_TIMEOUT)
                        .validateOnBorrow(true)
                        .connectionFactoryConfiguration(connections -> connections
                                .jdbcUrl(settings.jdbcUrl())
                                .jdbcProperty("connectTimeout", String.valueOf(CONNECTION_TIMEOUT.toSeconds()))
                                .jdbcProperty("socketTimeout", "30")
                                .jdbcProperty("ApplicationName", "sallyport-secrets")
                                .principal(new NamePrincipal(settings.username()))
                                .credential(
                                        new SimplePassword(settings.password().reveal()))));
    }

    /** Connection failures, lack of resources and conflicts pass; a missing right or table does not (Annex A of the manual). */
    private static SecretStoreException failure(String what, SQLException cause) {
        String state = cause.getSQLState() == null ? "" : cause.getSQLState();
        boolean permanent =
                state.startsWith("28") || state.startsWith("42") || state.startsWith("22") || state.startsWith("23");
        return new SecretStoreException(what + ": " + firstLine(cause.getMessage()), !permanent);
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no reason given" : message.lines().findFirst().orElse("no reason given");
    }
}
