package dev.sallyport.provisioner.job;

import dev.sallyport.kernel.RdsArn;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * One job per instance at a time, in all processes that share this database: a session-level advisory lock on a connection
 * of its own. It ends with the connection, so with a process that dies.
 */
@ApplicationScoped
class InstanceLocks {

    private static final Logger LOG = Logger.getLogger(InstanceLocks.class);

    private static final int ALIVE_TIMEOUT_SECONDS = 5;

    private final AgroalDataSource database;

    InstanceLocks(AgroalDataSource database) {
        this.database = database;
    }

    /** The lock, unless somebody has it. */
    Optional<Held> tryLock(RdsArn instance) throws SQLException {
        return tryLock(instance.toString());
    }

    /** The same for what another ARN names. */
    Optional<Held> tryLock(String arn) throws SQLException {
        Connection connection = database.getConnection();
        String key = "sallyport.provisioner." + arn;
        try {
            if (ask(connection, "SELECT pg_try_advisory_lock(hashtextextended(?, 0))", key)) {
                return Optional.of(new Held(connection, key));
            }
            connection.close();
            return Optional.empty();
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean ask(Connection connection, String sql, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** A lock that is held. */
    static final class Held implements AutoCloseable {

        private final Connection connection;
        private final String key;

        private Held(Connection connection, String key) {
            this.connection = connection;
            this.key = key;
        }

        /** Whether the connection, and the lock with it, is still there. */
        boolean alive() {
            try {
                return connection.isValid(ALIVE_TIMEOUT_SECONDS);
            } catch (SQLException e) {
                return false;
            }
        }

        @Override
        public void close() {
            try (connection) {
                ask(connection, "SELECT pg_advisory_unlock(hashtextextended(?, 0))", key);
            } catch (SQLException e) {
                // The connection is gone, and the lock with it.
                LOG.debugf("lock not given back: %s", e.getSQLState());
            }
        }
    }
}
