package dev.sallyport.contracts.dbroles;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The provisioner's whole view of one job: each replaces the one before, so a reader keeps the highest revision and needs
 * no other. Its steps come before those of the API.
 *
 * @param revision counts up from 1
 * @param status running until the provisioner's part ended; {@code completed} means that every role was made
 * @param provisioned what was made; null unless the status is {@code completed}
 * @param plan what would be changed; null unless that was all that was asked for, and the status is {@code completed}
 */
public record JobProgressed(
        JobId jobId,
        long revision,
        Job.Spec spec,
        Job.Status status,
        List<Job.Step> steps,
        @Nullable Provisioned provisioned,
        @Nullable JobPlan plan) {

    /**
     * How the roles are reached.
     *
     * @param readerHost Aurora's reader endpoint; null when there is none
     * @param defaultDatabase the database that a connection opens when none is named; empty where the engine has none
     * @param databases every database that the roles were made in, the default one included
     */
    public record Provisioned(
            Engine engine,
            String host,
            int port,
            @Nullable String readerHost,
            String defaultDatabase,
            List<String> databases) {}
}
