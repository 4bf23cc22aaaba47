package dev.sallyport.provisioner.aws;

import dev.sallyport.aws.AwsClients;
import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.Ipv6Range;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** {@link Instances} through the SDK, in the instance's own account and region. */
public final class AwsInstances implements Instances {

    private final StoredAwsAccess access;

    public AwsInstances(StoredAwsAccess access) {
        this.access = access;
    }

    @Override
    public Instance describe(RdsArn arn) {
        String operation = "rds:DescribeDBInstances";
        List<DBInstance> found = AwsException.calling(
                operation,
                () -> clients(arn)
                        .rds()
                        .describeDBInstances(request -> request.dbInstanceIdentifier(arn.identifier()))
                        .dbInstances());
        if (found.isEmpty()) {
            throw new AwsException(
                    AwsException.Kind.NOT_FOUND, operation, "DBInstanceNotFound", "there is no instance " + arn);
        }
        return read(arn, found.getFirst());
    }

    private static Instance read(RdsArn arn, DBInstance db) {
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
                Optional.ofNullable(db.readReplicaSourceDBInstanceIdentifier()),
                Optional.ofNullable(db.dbClusterIdentifier()),
                db.masterUserSecret() != null,
                db.pendingModifiedValues() != null && db.pendingModifiedValues().masterUserPassword() != null,
                Optional.ofNullable(db.dbSubnetGroup()).map(group -> group.vpcId()),
                db.vpcSecurityGroups().stream()
                        .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                        .toList(),
                db.tagList().stream()
                        .map(tag -> new Job.Tag(tag.key(), or(tag.value(), "")))
                        .toList());
    }

    @Override
    public void resetMasterPassword(RdsArn arn, Secret password) {
        AwsException.calling(
                "rds:ModifyDBInstance",
                () -> clients(arn)
                        .rds()
                        .modifyDBInstance(request -> request.dbInstanceIdentifier(arn.identifier())
                                .masterUserPassword(password.reveal())
                                .applyImmediately(true)));
    }

    @Override
    public void setSecurityGroups(RdsArn arn, List<String> groups) {
        AwsException.calling(
                "rds:ModifyDBInstance",
                () -> clients(arn)
                        .rds()
                        .modifyDBInstance(request -> request.dbInstanceIdentifier(arn.identifier())
                                .vpcSecurityGroupIds(groups)
                                .applyImmediately(true)));
    }

    @Override
    public String ensureGroup(RdsArn arn, Ingress ingress) {
        Ec2Client ec2 = clients(arn).ec2();
        SecurityGroup group = find(ec2, ingress).orElseGet(() -> create(ec2, ingress));
        if (group.tags().stream().noneMatch(tag -> tag.key().equals(Ingress.TAG))) {
            AwsException.calling(
                    "ec2:CreateTags",
                    () -> ec2.createTags(
                            request -> request.resources(group.groupId()).tags(tag(ingress))));
        }
        if (group.ipPermissions().stream().noneMatch(permission -> covers(permission, ingress))) {
            authorize(ec2, group.groupId(), ingress);
        }
        return group.groupId();
    }

    @Override
    public List<JobPlan.Change> planGroup(Instance instance, Ingress ingress) {
        String arn = instance.arn().toString();
        Optional<SecurityGroup> group = find(clients(instance.arn()).ec2(), ingress.vpc(), ingress.groupName());
        List<JobPlan.Change> changes = new ArrayList<>();
        if (group.isEmpty()) {
            changes.add(change(arn, "ec2:CreateSecurityGroup " + ingress.groupName() + " in " + ingress.vpc()));
        }
        boolean open = group.stream()
                .flatMap(found -> found.ipPermissions().stream())
                .anyMatch(permission -> covers(permission, ingress));
        if (!open) {
            changes.add(change(
                    arn,
                    "ec2:AuthorizeSecurityGroupIngress " + ingress.groupName() + " tcp " + ingress.port() + " from "
                            + ingress.cidr()));
        }
        if (group.isEmpty() || !instance.securityGroups().contains(group.get().groupId())) {
            changes.add(change(arn, "rds:ModifyDBInstance VpcSecurityGroupIds + " + ingress.groupName()));
        }
        return changes;
    }

    private static JobPlan.Change change(String target, String statement) {
        return new JobPlan.Change(JobPlan.Kind.AWS, target, statement, false);
    }

    @Override
    public Optional<String> ourGroup(Instance instance, String name) {
        return instance.vpc()
                .flatMap(vpc -> find(clients(instance.arn()).ec2(), vpc, name))
                .filter(group -> group.tags().stream().anyMatch(tag -> tag.key().equals(Ingress.TAG)))
                .map(SecurityGroup::groupId);
    }

    @Override
    public void deleteGroup(RdsArn arn, String group) {
        try {
            AwsException.calling(
                    "ec2:DeleteSecurityGroup",
                    () -> clients(arn).ec2().deleteSecurityGroup(request -> request.groupId(group)));
        } catch (AwsException e) {
            if (!e.code().equals("InvalidGroup.NotFound")) {
                throw e;
            }
        }
    }

    private static Optional<SecurityGroup> find(Ec2Client ec2, Ingress ingress) {
        return find(ec2, ingress.vpc(), ingress.groupName());
    }

    private static Optional<SecurityGroup> find(Ec2Client ec2, String vpc, String name) {
        return AwsException.calling(
                "ec2:DescribeSecurityGroups",
                () -> ec2
                        .describeSecurityGroups(request -> request.filters(
                                Filter.builder().name("group-name").values(name).build(),
                                Filter.builder().name("vpc-id").values(vpc).build()))
                        .securityGroups()
                        .stream()
                        .findFirst());
    }

    private static SecurityGroup create(Ec2Client ec2, Ingress ingress) {
        try {
            String id = AwsException.calling(
                    "ec2:CreateSecurityGroup",
                    () -> ec2.createSecurityGroup(request -> request.groupName(ingress.groupName())
                                    .vpcId(ingress.vpc())
                                    .description("Lets the Sallyport agent reach this database")
                                    .tagSpecifications(tags -> tags.resourceType(ResourceType.SECURITY_GROUP)
                                            .tags(tag(ingress))))
                            .groupId());
            return SecurityGroup.builder().groupId(id).tags(tag(ingress)).build();
        } catch (AwsException e) {
            // Another agent made it in between.
            if (e.code().equals("InvalidGroup.Duplicate")) {
                return find(ec2, ingress).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    private static void authorize(Ec2Client ec2, String groupId, Ingress ingress) {
        try {
            AwsException.calling(
                    "ec2:AuthorizeSecurityGroupIngress",
                    () -> ec2.authorizeSecurityGroupIngress(
                            request -> request.groupId(groupId).ipPermissions(permission(ingress))));
        } catch (AwsException e) {
            if (!e.code().equals("InvalidPermission.Duplicate")) {
                throw e;
            }
        }
    }

    private static IpPermission permission(Ingress ingress) {
        IpPermission.Builder permission = IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(ingress.port())
                .toPort(ingress.port());
        return ingress.ipv6()
                ? permission
                        .ipv6Ranges(Ipv6Range.builder().cidrIpv6(ingress.cidr()).build())
                        .build()
                : permission
                        .ipRanges(IpRange.builder().cidrIp(ingress.cidr()).build())
                        .build();
    }

    private static boolean covers(IpPermission permission, Ingress ingress) {
        return "tcp".equals(permission.ipProtocol())
                && Integer.valueOf(ingress.port()).equals(permission.fromPort())
                && Integer.valueOf(ingress.port()).equals(permission.toPort())
                && (permission.ipRanges().stream()
                                .anyMatch(range -> ingress.cidr().equals(range.cidrIp()))
                        || permission.ipv6Ranges().stream()
                                .anyMatch(range -> ingress.cidr().equals(range.cidrIpv6())));
    }

    private static Tag tag(Ingress ingress) {
        return Tag.builder().key(Ingress.TAG).value(ingress.gateway()).build();
    }

    private AwsClients clients(RdsArn arn) {
        return access.current().of(arn);
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
