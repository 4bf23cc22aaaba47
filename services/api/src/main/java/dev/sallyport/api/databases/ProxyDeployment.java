package dev.sallyport.api.databases;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.contracts.grants.ProxyPlace;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A deployment of db-proxies in ECS, which people reach through AWS Systems Manager.
 *
 * @param id its proxies are configured with it: {@code sallyport.proxy.id}
 * @param cluster the ECS cluster's name
 */
@JsonPropertyOrder({"id", "name", "account_id", "region", "cluster", "created_at", "updated_at", "updated_by"})
@Schema(name = "ProxyDeployment")
public record ProxyDeployment(
        @Schema(examples = "prod") String id,
        String name,
        @Schema(examples = "111122223333") String accountId,
        @Schema(examples = "us-west-2") String region,
        @Schema(examples = "sallyport") String cluster,
        Instant createdAt,
        Instant updatedAt,
        String updatedBy) {

    /** As the grant-broker is told of it. */
    public ProxyPlace place() {
        return new ProxyPlace(id, accountId, region, cluster);
    }
}
