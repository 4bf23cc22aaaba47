package dev.sallyport.provisioner.aws;

import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.Ipv6Range;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * Security groups of EC2. Ours have the tag {@link Ingress#TAG}; in a group without it nothing is changed. Each call blocks and
 * may throw {@link AwsException}.
 */
public final class SecurityGroups {

    private final StoredAwsAccess access;

    public SecurityGroups(StoredAwsAccess access) {
        this.access = access;
    }

    /**
     * A group of ours.
     *
     * @param gateway the value of its tag
     * @param networks that it lets in at the port, as EC2 writes them
     * @param foreign rules that are not of our making: another port, another protocol, a group instead of a network
     */
    public record Ours(String id, String gateway, List<String> networks, int foreign) {

        /** Networks at the port that {@code ingress} does not name: we let them in before. None in another gateway's group. */
        public List<String> stale(Ingress ingress) {
            return gateway.equals(ingress.gateway())
                    ? networks.stream()
                            .filter(network -> !Ingress.sameNetwork(network, ingress.cidr()))
                            .toList()
                    : List.of();
        }

        public boolean letsIn(Ingress ingress) {
            return networks.stream().anyMatch(network -> Ingress.sameNetwork(network, ingress.cidr()));
        }
    }

    /**
     * The group of that name in that VPC, when it is ours.
     *
     * @throws AwsException of kind {@code INVALID} when there is one without our tag
     */
    public Optional<Ours> find(RdsArn instance, String vpc, String name, int port) {
        Optional<SecurityGroup> found = named(ec2(instance), vpc, name);
        if (found.isPresent() && gateway(found.get()).isEmpty()) {
            throw new AwsException(
                    AwsException.Kind.INVALID,
                    "ec2:DescribeSecurityGroups",
                    "",
                    "there is a security group " + name + " (" + found.get().groupId() + ") in " + vpc
                            + " which is not ours: rename it, or give it the tag " + Ingress.TAG + " to hand it over");
        }
        return found.map(group -> ours(group, port));
    }

    /** Its id, made when it is missing, whoever makes it at the same time. */
    public Ours ensure(RdsArn instance, Ingress ingress) {
        return find(instance, ingress.vpc(), ingress.groupName(), ingress.port())
                .orElseGet(() -> create(instance, ingress));
    }

    private Ours create(RdsArn instance, Ingress ingress) {
        try {
            String id = AwsException.calling(
                    "ec2:CreateSecurityGroup",
                    () -> ec2(instance)
                            .createSecurityGroup(request -> request.groupName(ingress.groupName())
                                    .vpcId(ingress.vpc())
                                    .description("Lets the Sallyport agent reach this database")
                                    .tagSpecifications(tags -> tags.resourceType(ResourceType.SECURITY_GROUP)
                                            .tags(tag -> tag.key(Ingress.TAG).value(ingress.gateway()))))
                            .groupId());
            return new Ours(id, ingress.gateway(), List.of(), 0);
        } catch (AwsException e) {
            if (!e.code().equals("InvalidGroup.Duplicate")) {
                throw e;
            }
            // Another agent made it in between.
            return find(instance, ingress.vpc(), ingress.groupName(), ingress.port())
                    .orElseThrow(() -> e);
        }
    }

    /** Lets the network in; one that is let in already is no error. */
    public void authorize(RdsArn instance, String group, Ingress ingress) {
        tolerating(
                "InvalidPermission.Duplicate",
                "ec2:AuthorizeSecurityGroupIngress",
                () -> ec2(instance)
                        .authorizeSecurityGroupIngress(request ->
                                request.groupId(group).ipPermissions(permission(ingress.port(), ingress.cidr()))));
    }

    /** Lets the network in no longer; one that was not let in is no error. */
    public void revoke(RdsArn instance, String group, int port, String network) {
        tolerating(
                "InvalidPermission.NotFound",
                "ec2:RevokeSecurityGroupIngress",
                () -> ec2(instance)
                        .revokeSecurityGroupIngress(
                                request -> request.groupId(group).ipPermissions(permission(port, network))));
    }

    /** Deletes a group; one that is gone is no error. */
    public void delete(RdsArn instance, String group) {
        tolerating(
                "InvalidGroup.NotFound",
                "ec2:DeleteSecurityGroup",
                () -> ec2(instance).deleteSecurityGroup(request -> request.groupId(group)));
    }

    /** The VPC of one of these groups; empty when there is none. */
    Optional<String> vpcOf(RdsArn instance, List<String> groups) {
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        return described(ec2(instance), filter("group-id", groups.getFirst())).stream()
                .map(SecurityGroup::vpcId)
                .findFirst();
    }

    private static Ours ours(SecurityGroup group, int port) {
        List<String> networks = new ArrayList<>();
        int foreign = 0;
        for (IpPermission permission : group.ipPermissions()) {
            List<String> named = networks(permission);
            boolean atPort = "tcp".equals(permission.ipProtocol())
                    && Integer.valueOf(port).equals(permission.fromPort())
                    && Integer.valueOf(port).equals(permission.toPort());
            int groups = permission.userIdGroupPairs().size()
                    + permission.prefixListIds().size();
            foreign += atPort ? groups : groups + named.size();
            if (atPort) {
                networks.addAll(named);
            }
        }
        return new Ours(group.groupId(), gateway(group).orElse(""), List.copyOf(networks), foreign);
    }

    private static List<String> networks(IpPermission permission) {
        List<String> networks = new ArrayList<>();
        permission.ipRanges().forEach(range -> networks.add(range.cidrIp()));
        permission.ipv6Ranges().forEach(range -> networks.add(range.cidrIpv6()));
        return networks;
    }

    private static Optional<String> gateway(SecurityGroup group) {
        return group.tags().stream()
                .filter(tag -> tag.key().equals(Ingress.TAG))
                .map(Tag::value)
                .findFirst();
    }

    private static Optional<SecurityGroup> named(Ec2Client ec2, String vpc, String name) {
        return described(ec2, filter("group-name", name), filter("vpc-id", vpc)).stream()
                .findFirst();
    }

    private static List<SecurityGroup> described(Ec2Client ec2, Filter... filters) {
        return AwsException.calling(
                "ec2:DescribeSecurityGroups",
                () -> ec2.describeSecurityGroups(request -> request.filters(filters))
                        .securityGroups());
    }

    private static Filter filter(String name, String value) {
        return Filter.builder().name(name).values(value).build();
    }

    private static IpPermission permission(int port, String network) {
        IpPermission.Builder permission =
                IpPermission.builder().ipProtocol("tcp").fromPort(port).toPort(port);
        return network.indexOf(':') >= 0
                ? permission
                        .ipv6Ranges(Ipv6Range.builder().cidrIpv6(network).build())
                        .build()
                : permission.ipRanges(IpRange.builder().cidrIp(network).build()).build();
    }

    private static void tolerating(String code, String operation, Supplier<?> call) {
        try {
            AwsException.calling(operation, call);
        } catch (AwsException e) {
            if (!e.code().equals(code)) {
                throw e;
            }
        }
    }

    private Ec2Client ec2(RdsArn instance) {
        return access.current().of(instance).ec2();
    }
}
