package dev.sallyport.api.dbroles;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/dbroles/jobs} as it came; {@link JobOrder#of} says whether it will do. */
@Schema(
        name = "NewJob",
        requiredProperties = {"agent_id", "connection_prefix_name", "aws"},
        examples = """
                {"agent_id": "agt_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE", "connection_prefix_name": "prod-orders",
                 "job_steps": ["create-connections", "send-webhook"],
                 "aws": {"instance_arn": "arn:aws:rds:us-west-2:111111111111:db:orders"}}""")
record NewJob(
        @Schema(description = "The agent that reaches the instance.") @JsonProperty("agent_id") @Nullable String agentId,

        @Schema(description = "What the connections' names begin with: lower-case letters, digits, `-` and `_`.")
        @JsonProperty("connection_prefix_name")
        @Nullable String connectionPrefixName,

        @Schema(description = "What is wanted behind the roles: `create-connections`, `send-webhook`.")
        @JsonProperty("job_steps")
        @Nullable List<@Nullable String> jobSteps,

        @Schema(description = "Where the secrets go; the sealed store when it is left out.")
        @JsonProperty("vault_provider")
        @Nullable Vault vaultProvider,

        @JsonProperty("aws") @Nullable Aws aws,

        @Schema(description = "Only tell what would be changed: the plan is at `/api/dbroles/jobs/{id}/plan`.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonProperty("dry_run")
        @Nullable Boolean dryRun,

        @Schema(description = "Of the plan that is to be carried out: when another comes out now, nothing is changed.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonProperty("plan_hash")
        @Nullable String planHash,

        @Schema(
                enumeration = {"fail", "wait"},
                description =
                        "What happens when the agent is away: refused (`fail`, if left out), or done once it is back.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonProperty("when_agent_offline")
        @Nullable String whenAgentOffline) {

    @Schema(name = "NewJobVault")
    record Vault(
            @Schema(examples = "dbsecrets/data/") @JsonProperty("secret_id") @Nullable String secretId) {}

    @Schema(name = "NewJobAws", requiredProperties = "instance_arn")
    record Aws(
            @Schema(examples = "arn:aws:rds:us-west-2:111111111111:db:orders") @JsonProperty("instance_arn") @Nullable String instanceArn,

            @Schema(description = "The security group to manage; none when it is left out.")
            @JsonProperty("default_security_group")
            @Nullable SecurityGroup defaultSecurityGroup,

            @Schema(
                    description =
                            "Where the master's credentials come from; stored, RDS-managed, reset in this order if left out.")
            @JsonInclude(JsonInclude.Include.NON_NULL)
            @JsonProperty("master")
            @Nullable Master master) {}

    @Schema(name = "NewJobMaster", requiredProperties = "source")
    record Master(
            @Schema(enumeration = {"stored", "rds-managed", "reference", "iam", "reset"})
            @JsonProperty("source")
            @Nullable String source,

            @Schema(
                    enumeration = {"vault", "aws-secrets-manager"},
                    description = "Of a `reference`: who keeps the secret.")
            @JsonProperty("provider")
            @Nullable String provider,

            @Schema(description = "Of a `reference`: the secret.", examples = "prod/orders/master")
            @JsonProperty("secret_id")
            @Nullable String secretId) {}

    @Schema(name = "NewJobSecurityGroup")
    record SecurityGroup(
            @Schema(examples = "10.0.0.0/16") @JsonProperty("ingress_cidr") @Nullable String ingressCidr) {}
}
