package dev.sallyport.contracts.dbroles;

import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command: make the roles in one instance.
 *
 * @param jobSteps what is wanted behind the roles: {@code create-connections}, {@code send-webhook}
 * @param vaultProvider where the secrets go; the sealed store in the database when null
 * @param network the security group to manage; none when null
 * @param requestedBy the subject of the person who asked
 */
public record ProvisionRequested(
        JobId jobId,
        String orgId,
        AgentId agentId,
        String connectionPrefixName,
        List<String> jobSteps,
        @Nullable VaultProvider vaultProvider,
        RdsArn instanceArn,
        @Nullable Network network,
        String requestedBy,
        Instant requestedAt) {

    /** @param secretId the path under which the secrets are kept, for instance {@code dbsecrets/data/} */
    public record VaultProvider(String secretId) {}

    /**
     * @param ingressCidr who may reach the endpoint's port
     * @param gateway the API's host name, for the group's tag {@code hoop.dev/gateway}
     */
    public record Network(String ingressCidr, String gateway) {}
}
