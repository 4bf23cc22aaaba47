package dev.sallyport.provisioner.job;

import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * One job per instance and per cluster at a time, in all processes that share this database: session-level advisory locks on
 * one connection of the job's own. They end with the connection, so with a process that dies. Nobody waits for one while
 * holding another, so there is no deadlock.
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
        Connection connection = database.getConnection();
        try {
            if (lock(connection, instance.toString())) {
                return Optional.of(new Held(connection));
            }
            connection.close();
            return Optional.empty();
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean lock(Connection connection, String arn) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_try_advisory_lock(hashtextextended(?, 0))")) {
            statement.setString(1, "sallyport.provisioner." + arn);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The instance's lock, and maybe its cluster's. */
    static final class Held implements AutoCloseable {

        private final Connection connection;

        private Held(Connection connection) {
            this.connection = connection;
        }

        /** Takes the cluster's lock as well, and notes whose it is; false when another job has it. */
        boolean alsoLock(String clusterArn, JobId job) throws SQLException {
            if (!lock(connection, clusterArn)) {
                return false;
            }
            try (PreparedStatement note =
                    connection.prepareStatement("INSERT INTO cluster_turn (cluster_arn, job_id) VALUES (?, ?)"
                            + " ON CONFLICT (cluster_arn) DO UPDATE SET job_id = excluded.job_id")) {
                note.setString(1, clusterArn);
                note.setString(2, job.value());
                note.executeUpdate();
            }
            return true;
        }

        /** The job that has the cluster's lock, or had it last: between lock and note it is the one before. */
        Optional<JobId> holder(String clusterArn) throws SQLException {
            try (PreparedStatement look =
                    connection.prepareStatement("SELECT job_id FROM cluster_turn WHERE cluster_arn = ?")) {
                look.setString(1, clusterArn);
                try (ResultSet row = look.executeQuery()) {
                    return row.next() ? Optional.of(new JobId(row.getString(1))) : Optional.empty();
                }
            }
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
            try (connection;
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_advisory_unlock_all()");
            } catch (SQLException e) {
                // The connection is gone, and its locks with it.
                LOG.debugf("locks not given back: %s", e.getSQLState());
            }
        }
    }
}
