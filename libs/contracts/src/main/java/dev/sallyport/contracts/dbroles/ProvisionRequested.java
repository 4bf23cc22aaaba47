package dev.sallyport.contracts.dbroles;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Command: make the roles in one instance.
 *
 * @param jobSteps what is wanted behind the roles: {@code create-connections}, {@code send-webhook}
 * @param vaultProvider where the secrets go; the sealed store in the database when null
 * @param network the security group to manage; none when null
 * @param master where the master's credentials come from; the default order when null
 * @param dryRun only tell what would be done
 * @param planHash of the plan that is to be carried out: should another come out now, nothing is changed; any when null
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
        @Nullable Master master,
        boolean dryRun,
        @Nullable String planHash,
        String requestedBy,
        Instant requestedAt)
        implements JobCommand {

    /** @param secretId the path under which the secrets are kept, for instance {@code dbsecrets/data/} */
    public record VaultProvider(String secretId) {}

    /**
     * @param ingressCidr who may reach the endpoint's port
     * @param gateway the API's host name, for the group's tag {@code hoop.dev/gateway}
     */
    public record Network(String ingressCidr, String gateway) {}

    /**
     * Where the master's credentials come from.
     *
     * @param provider of a {@code reference}: {@code vault} or {@code aws-secrets-manager}; null otherwise
     * @param secretId of a {@code reference}; null otherwise
     */
    public record Master(
            MasterSource source,
            @Nullable String provider,
            @Nullable String secretId) {}

    /** How to log in as an instance's master. Without one the order is stored, RDS-managed, reset. */
    public enum MasterSource {
        /** What Sallyport keeps from before. */
        STORED,
        /** The secret that RDS keeps in Secrets Manager ({@code MasterUserSecret}). */
        RDS_MANAGED,
        /** A secret that somebody else keeps, in Vault or Secrets Manager. */
        REFERENCE,
        /** A token of IAM database authentication. */
        IAM,
        /** A new random password through {@code ModifyDBInstance} or {@code ModifyDBCluster}. */
        RESET;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** @throws IllegalArgumentException when there is none of that name */
        @JsonCreator
        public static MasterSource ofLabel(String label) {
            for (MasterSource source : values()) {
                if (source.label().equals(label)) {
                    return source;
                }
            }
            throw new IllegalArgumentException("'" + label + "' is no source of master credentials");
        }
    }
}
