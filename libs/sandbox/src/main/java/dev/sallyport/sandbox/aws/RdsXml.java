package dev.sallyport.sandbox.aws;

import java.util.List;
import java.util.Locale;

/** Instances and clusters as RDS writes them (RDS API reference, DBInstance and DBCluster). */
final class RdsXml {

    private RdsXml() {}

    static void write(DbInstance instance, Xml xml) {
        DbResource owner = instance.owner();
        DbCluster cluster = instance.cluster;
        xml.leaf("DBInstanceIdentifier", instance.arn.identifier())
                .leaf("DBInstanceArn", instance.arn)
                .leaf("DBInstanceClass", "db.t4g.medium")
                .leaf("Engine", instance.engine)
                .leaf("EngineVersion", instance.engineVersion)
                .leaf("DBInstanceStatus", instance.shownStatus())
                .leaf("MasterUsername", instance.masterUser)
                .leaf("DBName", emptyAsNone(instance.dbName));
        if (instance.endpointKnown) {
            xml.node(
                    "Endpoint",
                    endpoint -> endpoint.leaf("Address", instance.host)
                            .leaf("Port", instance.port)
                            .leaf("HostedZoneId", "Z1PVIF0B656C1W"));
        }
        xml.leaf("AvailabilityZone", instance.region + "a")
                .leaf("MultiAZ", "false")
                .leaf("PubliclyAccessible", "false")
                .leaf("StorageEncrypted", "true")
                .leaf("IAMDatabaseAuthenticationEnabled", instance.iamAuthentication)
                .leaf("DBClusterIdentifier", cluster == null ? null : cluster.identifier)
                .leaf("ReadReplicaSourceDBInstanceIdentifier", instance.replicaOf);
        writeGroups(owner, xml);
        if (instance.subnetGroup) {
            xml.node(
                    "DBSubnetGroup",
                    subnets -> subnets.leaf("DBSubnetGroupName", "default-" + instance.vpcId)
                            .leaf("VpcId", instance.vpcId)
                            .leaf("SubnetGroupStatus", "Complete"));
        }
        writePending(instance, xml);
        writeSecret(instance, xml);
        xml.node("ReadReplicaDBInstanceIdentifiers", none -> {});
        writeTags(instance, xml);
    }

    static void write(DbCluster cluster, List<DbInstance> members, Xml xml) {
        xml.leaf("DBClusterIdentifier", cluster.identifier)
                .leaf("DBClusterArn", cluster.arn())
                .leaf("Engine", cluster.engine)
                .leaf("EngineVersion", cluster.engineVersion)
                .leaf("EngineMode", "provisioned")
                .leaf("Status", cluster.shownStatus())
                .leaf("MasterUsername", cluster.masterUser)
                .leaf("DatabaseName", emptyAsNone(cluster.dbName))
                .leaf("Endpoint", cluster.host)
                .leaf("ReaderEndpoint", cluster.readerHost)
                .leaf("Port", cluster.port)
                .leaf("MultiAZ", "true")
                .leaf("StorageEncrypted", "true")
                .leaf("DBSubnetGroup", "default-" + cluster.vpcId)
                .leaf("IAMDatabaseAuthenticationEnabled", cluster.iamAuthentication)
                .leaf("ReplicationSourceIdentifier", cluster.replicaOf)
                .node(
                        "DBClusterMembers",
                        list -> members.forEach(member -> list.node(
                                "DBClusterMember",
                                item -> item.leaf("DBInstanceIdentifier", member.arn.identifier())
                                        .leaf("IsClusterWriter", member.writer)
                                        .leaf("DBClusterParameterGroupStatus", "in-sync")
                                        .leaf("PromotionTier", "1"))));
        writeGroups(cluster, xml);
        writePending(cluster, xml);
        writeSecret(cluster, xml);
        writeTags(cluster, xml);
    }

    static void writeTags(DbResource resource, Xml xml) {
        xml.node(
                "TagList",
                tags -> resource.tags.forEach((key, value) ->
                        tags.node("Tag", tag -> tag.leaf("Key", key).leaf("Value", value))));
    }

    private static void writeGroups(DbResource resource, Xml xml) {
        xml.node(
                "VpcSecurityGroups",
                groups -> resource.securityGroups.forEach((id, membership) -> groups.node(
                        "VpcSecurityGroupMembership",
                        group -> group.leaf("VpcSecurityGroupId", id)
                                .leaf("Status", membership.name().toLowerCase(Locale.ROOT)))));
    }

    /** A cluster has the element when something is pending only; an instance always, empty when nothing is. */
    private static void writePending(DbResource resource, Xml xml) {
        boolean pending = resource.pendingPassword != null;
        if (pending || resource instanceof DbInstance) {
            xml.node("PendingModifiedValues", values -> values.leaf("MasterUserPassword", pending ? "****" : null));
        }
    }

    private static void writeSecret(DbResource resource, Xml xml) {
        String secretArn = resource.secretArn;
        if (secretArn != null) {
            xml.node(
                    "MasterUserSecret",
                    secret -> secret.leaf("SecretArn", secretArn)
                            .leaf("SecretStatus", "active")
                            .leaf("KmsKeyId", "arn:aws:kms:" + resource.region + ":" + resource.accountId + ":key/1"));
        }
    }

    private static @org.jspecify.annotations.Nullable String emptyAsNone(String value) {
        return value.isEmpty() ? null : value;
    }
}
