package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.kernel.Engine;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * One RDS instance, or an account and region that could not be looked into.
 *
 * @param error why no roles can be made in it, or why the account shows none or not all; null when all is well
 * @param cluster the Aurora cluster that it is a member of; null when it stands alone
 * @param replicaOf the instance that it is a read replica of; null when it is none
 * @param errorCode the error for programs: {@code aws_denied}, {@code aws_throttled}, {@code unsupported_engine}, …
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
    "error",
    "cluster",
    "replica_of",
    "error_code"
})
@Schema(name = "DiscoveredInstance")
public record DiscoveredInstance(
        @Schema(examples = "111111111111") String accountId,
        @Schema(examples = "orders") @Nullable String name,
        @Schema(examples = "us-west-2") String region,
        @Schema(examples = "us-west-2a") @Nullable String availabilityZone,
        @Schema(examples = "vpc-0a1b2c3d") @Nullable String vpcId,

        @Schema(examples = "arn:aws:rds:us-west-2:111111111111:db:orders") @Nullable String arn,

        @Schema(examples = "postgres") @Nullable String engine,
        @Schema(examples = "17.4") @Nullable String engineVersion,
        @Schema(examples = "available") @Nullable String status,
        @Schema(nullable = true) @Nullable String error,

        @Schema(nullable = true, examples = "orders-cluster") @Nullable String cluster,

        @Schema(nullable = true, examples = "orders") @Nullable String replicaOf,

        @Schema(nullable = true, examples = "unsupported_engine") @Nullable String errorCode) {

    /** Behind the names of all instances: they are letters, digits and hyphens. */
    private static final String LAST = "~";

    static DiscoveredInstance of(Place place, DBInstance instance) {
        Shortcoming shortcoming = shortcoming(instance);
        return new DiscoveredInstance(
                place.accountId(),
                instance.dbInstanceIdentifier(),
                place.region(),
                instance.availabilityZone(),
                instance.dbSubnetGroup() == null
                        ? null
                        : instance.dbSubnetGroup().vpcId(),
                instance.dbInstanceArn(),
                instance.engine(),
                instance.engineVersion(),
                instance.dbInstanceStatus(),
                shortcoming == null ? null : shortcoming.text(),
                instance.dbClusterIdentifier(),
                instance.readReplicaSourceDBInstanceIdentifier(),
                shortcoming == null ? null : shortcoming.code());
    }

    static DiscoveredInstance failed(Place place, Shortcoming why) {
        return new DiscoveredInstance(
                place.accountId(),
                null,
                place.region(),
                null,
                null,
                null,
                null,
                null,
                null,
                why.text(),
                null,
                null,
                why.code());
    }

    private static @Nullable Shortcoming shortcoming(DBInstance instance) {
        String engine = String.valueOf(instance.engine());
        if (Engine.ofRds(engine).isEmpty()) {
            return Shortcoming.unsupported(engine);
        }
        String source = instance.readReplicaSourceDBInstanceIdentifier();
        return source == null ? null : Shortcoming.replicaOf(source);
    }

    /** Where it stands among the items of its account and region. */
    String rank() {
        return name == null ? LAST : name;
    }
}
