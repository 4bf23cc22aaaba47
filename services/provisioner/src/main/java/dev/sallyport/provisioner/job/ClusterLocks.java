package dev.sallyport.provisioner.job;

import dev.sallyport.provisioner.aws.Instance;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One step at a time per cluster, whichever members its jobs name: the runner's lock is the member's, before anybody knows
 * that it is one. Two jobs take turns, step by step; each step is safe to repeat behind the other's.
 */
@ApplicationScoped
class ClusterLocks {

    private final InstanceLocks locks;
    private final Patience patience;

    ClusterLocks(InstanceLocks locks, Patience patience) {
        this.locks = locks;
        this.patience = patience;
    }

    /** Does the work when nobody else works on the instance's cluster; at once when it has none. */
    <T> T alone(Instance instance, Supplier<T> work) {
        if (instance.cluster().isEmpty()) {
            return work.get();
        }
        try (InstanceLocks.Held held = take(instance)) {
            return work.get();
        }
    }

    private InstanceLocks.Held take(Instance instance) {
        Attempt attempt = new Attempt(instance.changedArn());
        if (!patience.until(attempt::succeeds)) {
            throw StepFailure.passing("another job works on " + instance.what());
        }
        return attempt.held.orElseThrow();
    }

    /** Tries until it holds the lock. */
    private final class Attempt {

        private final String arn;
        private Optional<InstanceLocks.Held> held = Optional.empty();

        private Attempt(String arn) {
            this.arn = arn;
        }

        private boolean succeeds() {
            try {
                held = locks.tryLock(arn);
                return held.isPresent();
            } catch (SQLException e) {
                throw StepFailure.passing("the cluster's lock cannot be asked for: SQLSTATE " + e.getSQLState());
            }
        }
    }
}
