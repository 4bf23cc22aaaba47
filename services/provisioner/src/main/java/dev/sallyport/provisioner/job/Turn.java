package dev.sallyport.provisioner.job;

import dev.sallyport.kernel.JobId;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A job's turn: its instance is its own already; its cluster, when there is one, is from {@link #heldBy} on, until the job
 * ends or its process does. Which cluster that is may have to be asked first. For one thread.
 */
final class Turn {

    private final InstanceLocks.Held lock;
    private final JobId job;
    private Optional<String> cluster;
    private boolean known;
    private boolean taken;

    /** @param cluster empty when it is in none, or when nobody asked yet */
    Turn(InstanceLocks.Held lock, JobId job, Optional<String> cluster) {
        this.lock = lock;
        this.job = job;
        this.cluster = cluster;
        this.known = cluster.isPresent();
    }

    boolean known() {
        return known;
    }

    void is(Optional<String> asked) {
        cluster = asked;
        known = true;
    }

    /** Whether this job, and no other, has the cluster. */
    boolean ofCluster() {
        return taken;
    }

    boolean alive() {
        return lock.alive();
    }

    /** Whom the job has to wait for; empty when it need not. */
    Optional<String> heldBy() throws SQLException {
        if (taken || cluster.isEmpty()) {
            return Optional.empty();
        }
        taken = lock.alsoLock(cluster.get(), job);
        return taken
                ? Optional.empty()
                : Optional.of(lock.holder(cluster.get())
                        .filter(other -> !other.equals(job))
                        .map(JobId::value)
                        .orElse("another job"));
    }
}
