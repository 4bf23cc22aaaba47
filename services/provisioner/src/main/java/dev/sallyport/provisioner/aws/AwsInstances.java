package dev.sallyport.provisioner.aws;

import dev.sallyport.aws.AwsClients;
import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.MasterUserSecret;
import software.amazon.awssdk.services.rds.model.Tag;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** {@link Instances} through the SDK, in the instance's own account and region. */
public final class AwsInstances implements Instances {

    private final StoredAwsAccess access;
    private final SecurityGroups groups;

    /** @param groups tells the VPC of an instance that is shown without its subnet group */
    public AwsInstances(StoredAwsAccess access, SecurityGroups groups) {
        this.access = access;
        this.groups = groups;
    }

    @Override
    public Instance describe(RdsArn arn) {
        DBInstance db = instance(arn);
        return db.dbClusterIdentifier() == null ? alone(arn, db) : member(arn, db, cluster(arn, db));
    }

    private DBInstance instance(RdsArn arn) {
        String operation = "rds:DescribeDBInstances";
        return AwsException.calling(
                        operation,
                        () -> clients(arn)
                                .rds()
                                .describeDBInstances(request -> request.dbInstanceIdentifier(arn.identifier()))
                                .dbInstances())
                .stream()
                .findFirst()
                .orElseThrow(() -> notFound(operation, "DBInstanceNotFound", "there is no instance " + arn));
    }

    private DBCluster cluster(RdsArn arn, DBInstance member) {
        String operation = "rds:DescribeDBClusters";
        String cluster = member.dbClusterIdentifier();
        return AwsException.calling(
                        operation,
                        () -> clients(arn)
                                .rds()
                                .describeDBClusters(request -> request.dbClusterIdentifier(cluster))
                                .dbClusters())
                .stream()
                .findFirst()
                .orElseThrow(() -> notFound(operation, "DBClusterNotFoundFault", "there is no cluster " + cluster));
    }

    private static AwsException notFound(String operation, String code, String detail) {
        return new AwsException(AwsException.Kind.NOT_FOUND, operation, code, detail);
    }

    private Instance alone(RdsArn arn, DBInstance db) {
        Optional<Instance.Address> address = Optional.ofNullable(db.endpoint())
                .filter(endpoint -> endpoint.address() != null && endpoint.port() != null)
                .map(endpoint -> new Instance.Address(endpoint.address(), endpoint.port()));
        return new Instance(
                arn,
                or(db.engine(), ""),
                or(db.dbInstanceStatus(), "unknown"),
                address,
                or(db.dbName(), ""),
                or(db.masterUsername(), ""),
                Optional.ofNullable(db.readReplicaSourceDBInstanceIdentifier())
                        .or(() -> Optional.ofNullable(db.readReplicaSourceDBClusterIdentifier())),
                Optional.empty(),
                secret(db.masterUserSecret()),
                db.pendingModifiedValues() != null && db.pendingModifiedValues().masterUserPassword() != null,
                Boolean.TRUE.equals(db.iamDatabaseAuthenticationEnabled()),
                vpc(arn, db),
                staying(db.vpcSecurityGroups()),
                settled(db.vpcSecurityGroups()),
                tags(db.tagList()));
    }

    private Instance member(RdsArn arn, DBInstance db, DBCluster cluster) {
        Optional<Instance.Address> address = cluster.endpoint() == null || cluster.port() == null
                ? Optional.empty()
                : Optional.of(new Instance.Address(cluster.endpoint(), cluster.port()));
        return new Instance(
                arn,
                or(cluster.engine(), ""),
                or(cluster.status(), "unknown"),
                address,
                or(cluster.databaseName(), ""),
                or(cluster.masterUsername(), ""),
                Optional.ofNullable(cluster.replicationSourceIdentifier()).filter(source -> !source.isEmpty()),
                Optional.of(new Instance.Cluster(
                        cluster.dbClusterIdentifier(),
                        cluster.dbClusterArn(),
                        Optional.ofNullable(cluster.readerEndpoint()))),
                secret(cluster.masterUserSecret()),
                cluster.pendingModifiedValues() != null
                        && cluster.pendingModifiedValues().masterUserPassword() != null,
                Boolean.TRUE.equals(cluster.iamDatabaseAuthenticationEnabled()),
                vpc(arn, db),
                staying(cluster.vpcSecurityGroups()),
                settled(cluster.vpcSecurityGroups()),
                tags(db.tagList()));
    }

    private static Optional<String> secret(@Nullable MasterUserSecret secret) {
        return Optional.ofNullable(secret).map(MasterUserSecret::secretArn);
    }

    private Optional<String> vpc(RdsArn arn, DBInstance db) {
        return Optional.ofNullable(db.dbSubnetGroup())
                .map(subnets -> subnets.vpcId())
                .or(() -> groups.vpcOf(arn, staying(db.vpcSecurityGroups())));
    }

    private static List<String> staying(List<VpcSecurityGroupMembership> groups) {
        return groups.stream()
                .filter(group -> !"removing".equals(group.status()))
                .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .toList();
    }

    private static boolean settled(List<VpcSecurityGroupMembership> groups) {
        return groups.stream().allMatch(group -> "active".equals(group.status()));
    }

    private static List<Job.Tag> tags(List<Tag> tags) {
        return tags.stream()
                .map(tag -> new Job.Tag(tag.key(), or(tag.value(), "")))
                .toList();
    }

    @Override
    public void resetMasterPassword(Instance instance, Secret password) {
        String id = instance.arn().identifier();
        AwsException.calling(
                instance.changeAction(),
                () -> instance.cluster().isPresent()
                        ? clients(instance.arn())
                                .rds()
                                .modifyDBCluster(request -> request.dbClusterIdentifier(
                                                instance.cluster().get().identifier())
                                        .masterUserPassword(password.reveal())
                                        .applyImmediately(true))
                        : clients(instance.arn())
                                .rds()
                                .modifyDBInstance(request -> request.dbInstanceIdentifier(id)
                                        .masterUserPassword(password.reveal())
                                        .applyImmediately(true)));
    }

    @Override
    public void setSecurityGroups(Instance instance, List<String> ids) {
        String id = instance.arn().identifier();
        AwsException.calling(
                instance.changeAction(),
                () -> instance.cluster().isPresent()
                        ? clients(instance.arn())
                                .rds()
                                .modifyDBCluster(request -> request.dbClusterIdentifier(
                                                instance.cluster().get().identifier())
                                        .vpcSecurityGroupIds(ids)
                                        .applyImmediately(true))
                        : clients(instance.arn())
                                .rds()
                                .modifyDBInstance(request -> request.dbInstanceIdentifier(id)
                                        .vpcSecurityGroupIds(ids)
                                        .applyImmediately(true)));
    }

    @Override
    public Secret loginToken(Instance instance, Instance.Address address, String user) {
        return Secret.of(AwsException.calling(
                "rds-db:connect",
                () -> clients(instance.arn())
                        .rds()
                        .utilities()
                        .generateAuthenticationToken(request -> request.hostname(address.host())
                                .port(address.port())
                                .username(user))));
    }

    private AwsClients clients(RdsArn arn) {
        return access.current().of(arn);
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
