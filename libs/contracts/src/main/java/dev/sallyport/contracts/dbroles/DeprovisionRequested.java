package dev.sallyport.contracts.dbroles;

import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command: take the roles out of one instance, with what was made for them: secrets and security group.
 *
 * @param secrets of the connections that go with the roles
 * @param master where the provisioning took the master's credentials from; the default order when null
 * @param dryRun only tell what would be done
 * @param requestedBy the subject of the person who asked
 */
public record DeprovisionRequested(
        JobId jobId,
        String orgId,
        AgentId agentId,
        RdsArn instanceArn,
        List<KeptSecret> secrets,
        ProvisionRequested.@Nullable Master master,
        boolean dryRun,
        String requestedBy,
        Instant requestedAt)
        implements JobCommand {

    /**
     * A secret by reference.
     *
     * @param provider {@code database} or {@code vault}
     */
    public record KeptSecret(String provider, String secretId) {}
}
