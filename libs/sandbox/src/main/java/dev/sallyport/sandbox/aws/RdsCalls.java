package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.RdsArn;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * RDS: DescribeDBInstances, DescribeDBClusters, ModifyDBInstance, ModifyDBCluster, ListTagsForResource (RDS API reference,
 * 2014-10-31).
 */
final class RdsCalls extends QueryProtocol {

    private static final int LEAST_RECORDS = 20;
    private static final int MOST_RECORDS = 100;

    private final Cloud cloud;
    private final RdsChanges changes;

    RdsCalls(Cloud cloud) {
        super("2014-10-31", "http://rds.amazonaws.com/doc/2014-10-31/");
        this.cloud = cloud;
        this.changes = new RdsChanges(cloud);
    }

    @Override
    void answer(String action, Caller caller, Map<String, String> form, Xml result) {
        refuseFilters(form);
        synchronized (cloud) {
            switch (action) {
                case "DescribeDBInstances" -> describeInstances(caller, form, result);
                case "DescribeDBClusters" -> describeClusters(caller, form, result);
                case "ModifyDBInstance" -> modifyInstance(caller, form, result);
                case "ModifyDBCluster" -> modifyCluster(caller, form, result);
                case "ListTagsForResource" -> tags(caller, form, result);
                default -> throw unknownAction(action);
            }
        }
    }

    private static void refuseFilters(Map<String, String> form) {
        if (form.containsKey("Filters.Filter.1.Name")) {
            throw AwsError.invalidParameter("Unrecognized filter name: " + form.get("Filters.Filter.1.Name"));
        }
    }

    private void describeInstances(Caller caller, Map<String, String> form, Xml result) {
        String identifier = form.get("DBInstanceIdentifier");
        List<DbInstance> found = identifier == null ? cloud.instances(caller) : List.of(instance(caller, identifier));
        page(
                "DBInstances",
                found,
                form,
                result,
                (instance, list) -> list.node("DBInstance", xml -> RdsXml.write(instance, xml)));
    }

    private void describeClusters(Caller caller, Map<String, String> form, Xml result) {
        String identifier = form.get("DBClusterIdentifier");
        List<DbCluster> found = identifier == null ? cloud.clusters(caller) : List.of(cluster(caller, identifier));
        page("DBClusters", found, form, result, (cluster, list) -> list.node("DBCluster", xml -> write(cluster, xml)));
    }

    private void write(DbCluster cluster, Xml xml) {
        RdsXml.write(cluster, cloud.members(cluster), xml);
    }

    private static <T> void page(
            String name, List<T> all, Map<String, String> form, Xml result, BiConsumer<T, Xml> write) {
        int most = Integer.parseInt(form.getOrDefault("MaxRecords", Integer.toString(MOST_RECORDS)));
        if (most < LEAST_RECORDS || most > MOST_RECORDS) {
            throw AwsError.invalidParameter("Invalid value " + most + " for MaxRecords. Must be between 20 and 100");
        }
        int from = start(form.get("Marker"), all.size());
        int to = Math.min(all.size(), from + most);
        if (to < all.size()) {
            result.leaf("Marker", Integer.toString(to));
        }
        result.node(name, list -> all.subList(from, to).forEach(item -> write.accept(item, list)));
    }

    private void modifyInstance(Caller caller, Map<String, String> form, Xml result) {
        DbInstance instance = instance(caller, required(form, "DBInstanceIdentifier"));
        changes.modify(caller, instance, form);
        result.node("DBInstance", xml -> RdsXml.write(instance, xml));
    }

    private void modifyCluster(Caller caller, Map<String, String> form, Xml result) {
        DbCluster cluster = cluster(caller, required(form, "DBClusterIdentifier"));
        changes.modify(caller, cluster, form);
        result.node("DBCluster", xml -> write(cluster, xml));
    }

    private void tags(Caller caller, Map<String, String> form, Xml result) {
        String name = required(form, "ResourceName");
        DbInstance instance = cloud.instances(caller).stream()
                .filter(known -> known.arn.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> instanceNotFound(name));
        RdsXml.writeTags(instance, result);
    }

    private DbInstance instance(Caller caller, String identifierOrArn) {
        String identifier = identifierOrArn.startsWith("arn:")
                ? RdsArn.parse(identifierOrArn).identifier()
                : identifierOrArn;
        return cloud.instances(caller).stream()
                .filter(known -> known.arn.identifier().equalsIgnoreCase(identifier))
                .findFirst()
                .orElseThrow(() -> instanceNotFound(identifier));
    }

    private DbCluster cluster(Caller caller, String identifierOrArn) {
        return cloud.clusters(caller).stream()
                .filter(known -> known.identifier.equalsIgnoreCase(identifierOrArn)
                        || known.arn().equals(identifierOrArn))
                .findFirst()
                .orElseThrow(() ->
                        new AwsError(404, "DBClusterNotFoundFault", "DBCluster " + identifierOrArn + " not found."));
    }

    private static AwsError instanceNotFound(String name) {
        return new AwsError(404, "DBInstanceNotFound", "DBInstance " + name + " not found.");
    }

    private static int start(@Nullable String marker, int size) {
        if (marker == null || marker.isEmpty()) {
            return 0;
        }
        if (!marker.matches("\\d{1,9}") || Integer.parseInt(marker) >= size) {
            throw AwsError.invalidParameter("Invalid marker: " + marker);
        }
        return Integer.parseInt(marker);
    }
}
