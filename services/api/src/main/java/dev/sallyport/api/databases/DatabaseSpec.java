package dev.sallyport.api.databases;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.Engine;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A database as somebody registers it. Where engine, host or port are left out, AWS says them.
 *
 * @param name for people
 * @param proxyId the deployment of db-proxies that reaches it; any without it
 * @param accountId the proxy's without it
 * @param region the proxy's without it
 * @param database the name of the database in the instance
 * @param tags besides those that the instance has in AWS; these win
 * @param defaultLocalPort where {@code sally rds proxy} listens unless told
 */
@JsonPropertyOrder({
    "name",
    "proxy_id",
    "rds_instance_identifier",
    "account_id",
    "region",
    "database",
    "engine",
    "host",
    "port",
    "tags",
    "audit_mode",
    "default_local_port",
    "users"
})
@Schema(name = "DatabaseSpec")
public record DatabaseSpec(
        @Schema(examples = "Prod Postgres Database") @JsonProperty("name") @Nullable String name,

        @Schema(examples = "prod") @JsonProperty("proxy_id") @Nullable String proxyId,

        @Schema(examples = "orders") @JsonProperty("rds_instance_identifier") @Nullable String rdsInstanceIdentifier,

        @Schema(examples = "111122223333") @JsonProperty("account_id") @Nullable String accountId,

        @Schema(examples = "us-west-2") @JsonProperty("region") @Nullable String region,

        @Schema(examples = "shop") @JsonProperty("database") @Nullable String database,

        @JsonProperty("engine") @Nullable Engine engine,
        @JsonProperty("host") @Nullable String host,
        @JsonProperty("port") @Nullable Integer port,
        @JsonProperty("tags") @Nullable Map<String, String> tags,
        @JsonProperty("audit_mode") @Nullable AuditMode auditMode,
        @JsonProperty("default_local_port") @Nullable Integer defaultLocalPort,
        @JsonProperty("users") @Nullable List<DatabaseUser> users) {

    /**
     * A user of the database that people may ask for.
     *
     * @param name for people, for instance {@code Read Only}
     * @param passwordSecretsManagerArn a secret whose JSON has a field {@code password}
     * @param endpoint the host to connect to as this user, for instance a reader endpoint of Aurora; the database's without it
     */
    @JsonPropertyOrder({"name", "username", "password_secrets_manager_arn", "endpoint"})
    @Schema(name = "DatabaseUser")
    public record DatabaseUser(
            @Schema(examples = "Read Only") @JsonProperty("name") @Nullable String name,

            @Schema(examples = "read_only") @JsonProperty("username") @Nullable String username,

            @JsonProperty("password_secrets_manager_arn") @Nullable String passwordSecretsManagerArn,

            @JsonProperty("endpoint") @Nullable String endpoint) {}
}
