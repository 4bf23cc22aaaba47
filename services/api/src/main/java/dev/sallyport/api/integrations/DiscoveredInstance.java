package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.aws.AwsException;
import dev.sallyport.kernel.Engine;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * One RDS instance, or an account and region that could not be looked into.
 *
 * @param error why no roles can be made in it, or why the account shows none; null when all is well
 */
@JsonPropertyOrder({
    "account_id",
    "name",
    "region",
    "availability_zone",
    "vpc_id",
    "arn",
    "engine",
    "engine_version",
    "status",
    "error"
})
@Schema(name = "DiscoveredInstance")
record DiscoveredInstance(
        @Schema(examples = "111111111111") String accountId,
        @Schema(examples = "orders") @Nullable String name,
        @Schema(examples = "us-west-2") String region,
        @Schema(examples = "us-west-2a") @Nullable String availabilityZone,
        @Schema(examples = "vpc-0a1b2c3d") @Nullable String vpcId,

        @Schema(examples = "arn:aws:rds:us-west-2:111111111111:db:orders") @Nullable String arn,

        @Schema(examples = "postgres") @Nullable String engine,
        @Schema(examples = "17.4") @Nullable String engineVersion,
        @Schema(examples = "available") @Nullable String status,
        @Schema(nullable = true) @Nullable String error) {

    static DiscoveredInstance of(String accountId, String region, DBInstance instance) {
        boolean supported = Engine.ofRds(String.valueOf(instance.engine())).isPresent();
        return new DiscoveredInstance(
                accountId,
                instance.dbInstanceIdentifier(),
                region,
                instance.availabilityZone(),
                instance.dbSubnetGroup() == null
                        ? null
                        : instance.dbSubnetGroup().vpcId(),
                instance.dbInstanceArn(),
                instance.engine(),
                instance.engineVersion(),
                instance.dbInstanceStatus(),
                supported ? null : "the engine " + instance.engine() + " is not supported");
    }

    static DiscoveredInstance failed(String accountId, String region, AwsException e) {
        return new DiscoveredInstance(
                accountId, null, region, null, null, null, null, null, null, String.valueOf(e.getMessage()));
    }
}
