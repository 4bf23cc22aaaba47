package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.RdsArn;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** RDS: DescribeDBInstances, ModifyDBInstance, ListTagsForResource (RDS API reference, 2014-10-31). */
final class RdsCalls extends QueryProtocol {

    private static final int LEAST_RECORDS = 20;
    private static final int MOST_RECORDS = 100;
    private static final Pattern MASTER_PASSWORD = Pattern.compile("[\\x21-\\x7e&&[^/\"@]]{8,128}");

    private final Cloud cloud;

    RdsCalls(Cloud cloud) {
        super("2014-10-31", "http://rds.amazonaws.com/doc/2014-10-31/");
        this.cloud = cloud;
    }

    @Override
    void answer(String action, Caller caller, Map<String, String> form, Xml result) {
        switch (action) {
            case "DescribeDBInstances" -> describe(caller, form, result);
            case "ModifyDBInstance" -> modify(caller, form, result);
            case "ListTagsForResource" -> tags(caller, form, result);
            case "DescribeDBClusters" -> describeClusters(form, result);
            default -> throw unknownAction(action);
        }
    }

    private void describe(Caller caller, Map<String, String> form, Xml result) {
        int most = Integer.parseInt(form.getOrDefault("MaxRecords", Integer.toString(MOST_RECORDS)));
        if (most < LEAST_RECORDS || most > MOST_RECORDS) {
            throw AwsError.invalidParameter("Invalid value " + most + " for MaxRecords. Must be between 20 and 100");
        }
        List<DbInstance> instances = selected(caller, form);
        int from = start(form.get("Marker"), instances.size());
        int to = Math.min(instances.size(), from + most);
        if (to < instances.size()) {
            result.leaf("Marker", Integer.toString(to));
        }
        result.node("DBInstances", list -> {
            for (DbInstance instance : instances.subList(from, to)) {
                list.node("DBInstance", xml -> write(instance, xml));
            }
        });
    }

    /** There are no clusters here: none is listed, and one that is named is not found. */
    private static void describeClusters(Map<String, String> form, Xml result) {
        String identifier = form.get("DBClusterIdentifier");
        if (identifier != null) {
            throw new AwsError(404, "DBClusterNotFoundFault", "DBCluster " + identifier + " not found.");
        }
        result.node("DBClusters", none -> {});
    }

    private List<DbInstance> selected(Caller caller, Map<String, String> form) {
        String identifier = form.get("DBInstanceIdentifier");
        if (form.containsKey("Filters.Filter.1.Name")) {
            throw AwsError.invalidParameter("Unrecognized filter name: " + form.get("Filters.Filter.1.Name"));
        }
        return identifier == null ? cloud.instances(caller) : List.of(find(caller, identifier));
    }

    private void modify(Caller caller, Map<String, String> form, Xml result) {
        DbInstance instance = find(caller, required(form, "DBInstanceIdentifier"));
        if (!instance.status.equals("available")) {
            throw new AwsError(400, "InvalidDBInstanceState", "Database instance is not in available state.");
        }
        List<String> groups = numbered(form, "VpcSecurityGroupIds.VpcSecurityGroupId");
        for (String group : groups) {
            if (!instance.securityGroups.contains(group)
                    && cloud.groups(caller).stream()
                            .noneMatch(known -> known.id().equals(group))) {
                throw new AwsError(400, "InvalidVPCNetworkStateFault", "Invalid security group , groupId= " + group);
            }
        }
        String password = form.get("MasterUserPassword");
        if (password != null && !MASTER_PASSWORD.matcher(password).matches()) {
            throw AwsError.invalidParameter(
                    "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides"
                            + " '/', '@', '\"', ' ' may be used.");
        }
        if (!groups.isEmpty()) {
            cloud.attach(instance, groups);
        }
        if (password != null) {
            cloud.resetMasterPassword(instance, password);
        }
        result.node("DBInstance", xml -> write(instance, xml));
    }

    private void tags(Caller caller, Map<String, String> form, Xml result) {
        String name = required(form, "ResourceName");
        DbInstance instance = cloud.instances(caller).stream()
                .filter(known -> known.arn.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> notFound(name));
        writeTags(instance, result);
    }

    private DbInstance find(Caller caller, String identifierOrArn) {
        String identifier = identifierOrArn.startsWith("arn:")
                ? RdsArn.parse(identifierOrArn).identifier()
                : identifierOrArn;
        return cloud.instances(caller).stream()
                .filter(known -> known.arn.identifier().equalsIgnoreCase(identifier))
                .findFirst()
                .orElseThrow(() -> notFound(identifier));
    }

    private static AwsError notFound(String name) {
        return new AwsError(404, "DBInstanceNotFound", "DBInstance " + name + " not found.");
    }

    private static int start(@org.jspecify.annotations.Nullable String marker, int size) {
        if (marker == null || marker.isEmpty()) {
            return 0;
        }
        if (!marker.matches("\\d{1,9}") || Integer.parseInt(marker) >= size) {
            throw AwsError.invalidParameter("Invalid marker: " + marker);
        }
        return Integer.parseInt(marker);
    }

    private static void write(DbInstance instance, Xml xml) {
        xml.leaf("DBInstanceIdentifier", instance.arn.identifier())
                .leaf("DBInstanceArn", instance.arn)
                .leaf("DBInstanceClass", "db.t4g.medium")
                .leaf("Engine", instance.engine)
                .leaf("EngineVersion", instance.engineVersion)
                .leaf("DBInstanceStatus", instance.status)
                .leaf("MasterUsername", instance.masterUser)
                .leaf("DBName", instance.dbName.isEmpty() ? null : instance.dbName)
                .node(
                        "Endpoint",
                        endpoint -> endpoint.leaf("Address", instance.host)
                                .leaf("Port", instance.port)
                                .leaf("HostedZoneId", "Z1PVIF0B656C1W"))
                .leaf("AvailabilityZone", instance.arn.region() + "a")
                .leaf("MultiAZ", "false")
                .leaf("PubliclyAccessible", "false")
                .leaf("StorageEncrypted", "true")
                .leaf("IAMDatabaseAuthenticationEnabled", "false")
                .node("VpcSecurityGroups", groups -> {
                    for (String id : instance.securityGroups) {
                        groups.node(
                                "VpcSecurityGroupMembership",
                                group -> group.leaf("VpcSecurityGroupId", id).leaf("Status", "active"));
                    }
                })
                .node(
                        "DBSubnetGroup",
                        subnets -> subnets.leaf("DBSubnetGroupName", "default-" + instance.vpcId)
                                .leaf("VpcId", instance.vpcId)
                                .leaf("SubnetGroupStatus", "Complete"))
                .node(
                        "PendingModifiedValues",
                        pending -> pending.leaf("MasterUserPassword", instance.pendingPassword == null ? null : "****"))
                .node("ReadReplicaDBInstanceIdentifiers", none -> {});
        writeTags(instance, xml);
    }

    private static void writeTags(DbInstance instance, Xml xml) {
        xml.node(
                "TagList",
                tags -> instance.tags.forEach((key, value) ->
                        tags.node("Tag", tag -> tag.leaf("Key", key).leaf("Value", value))));
    }
}
