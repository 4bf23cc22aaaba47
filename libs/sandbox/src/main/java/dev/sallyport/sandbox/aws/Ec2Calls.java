package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * EC2: DescribeSecurityGroups, CreateSecurityGroup, DeleteSecurityGroup, AuthorizeSecurityGroupIngress,
 * RevokeSecurityGroupIngress, CreateTags (EC2 API reference, 2016-11-15).
 */
final class Ec2Calls extends QueryProtocol {

    private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

    /** By default, of ingress (VPC User Guide, "Amazon VPC quotas"). */
    private static final int MOST_RULES = 60;

    private final Cloud cloud;

    Ec2Calls(Cloud cloud) {
        super("2016-11-15", NAMESPACE);
        this.cloud = cloud;
    }

    @Override
    void wrap(Xml xml, String action, String requestId, Consumer<Xml> content) {
        xml.leaf("requestId", requestId);
        content.accept(xml);
    }

    @Override
    public Reply error(AwsError error, String requestId) {
        String code = switch (error.code()) {
            case "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken" -> "AuthFailure";
            case "AccessDenied" -> "UnauthorizedOperation";
            case "Throttling" -> "RequestLimitExceeded";
            default -> error.code();
        };
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + Xml.document(
                        "Response",
                        NAMESPACE,
                        xml -> xml.node(
                                        "Errors",
                                        errors -> errors.node(
                                                "Error",
                                                detail -> detail.leaf("Code", code)
                                                        .leaf("Message", error.getMessage())))
                                .leaf("RequestID", requestId));
        return Reply.of(code.equals("AuthFailure") ? 401 : error.status(), contentType(), body);
    }

    @Override
    void answer(String action, Caller caller, Map<String, String> form, Xml result) {
        switch (action) {
            case "DescribeSecurityGroups" -> describe(caller, form, result);
            case "CreateSecurityGroup" -> create(caller, form, result);
            case "DeleteSecurityGroup" -> delete(caller, form, result);
            case "AuthorizeSecurityGroupIngress" -> authorize(caller, form, result);
            case "RevokeSecurityGroupIngress" -> revoke(caller, form, result);
            case "CreateTags" -> createTags(caller, form, result);
            default -> throw unknownAction(action);
        }
    }

    private void describe(Caller caller, Map<String, String> form, Xml result) {
        List<String> ids = numbered(form, "GroupId");
        Predicate<SecurityGroup> wanted = filters(form);
        for (String id : ids) {
            find(caller, id);
        }
        result.node("securityGroupInfo", list -> {
            for (SecurityGroup group : cloud.groups(caller)) {
                if (wanted.test(group) && (ids.isEmpty() || ids.contains(group.id()))) {
                    list.node("item", item -> write(group, item));
                }
            }
        });
    }

    private static Predicate<SecurityGroup> filters(Map<String, String> form) {
        Predicate<SecurityGroup> all = group -> true;
        for (int i = 1; form.containsKey("Filter." + i + ".Name"); i++) {
            String name = form.getOrDefault("Filter." + i + ".Name", "");
            List<String> values = numbered(form, "Filter." + i + ".Value");
            all = all.and(
                    switch (name) {
                        case "group-name" -> group -> values.contains(group.name());
                        case "vpc-id" -> group -> values.contains(group.vpcId());
                        case "group-id" -> group -> values.contains(group.id());
                        default -> {
                            if (name.equals("tag-key")) {
                                yield group -> group.tags().keySet().stream().anyMatch(values::contains);
                            }
                            if (name.startsWith("tag:")) {
                                String key = name.substring("tag:".length());
                                yield group -> values.contains(group.tags().getOrDefault(key, ""));
                            }
                            throw AwsError.invalidParameter("The filter '" + name + "' is invalid");
                        }
                    });
        }
        return all;
    }

    private void create(Caller caller, Map<String, String> form, Xml result) {
        String name = required(form, "GroupName");
        String vpc = required(form, "VpcId");
        String description = required(form, "GroupDescription");
        if (!name.matches("[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}") || name.startsWith("sg-")) {
            throw AwsError.invalidParameter("Value (" + name + ") for parameter GroupName is invalid.");
        }
        if (!vpc.equals("vpc-" + caller.accountId())) {
            throw new AwsError(400, "InvalidVpcID.NotFound", "The vpc ID '" + vpc + "' does not exist");
        }
        boolean taken = cloud.groups(caller).stream()
                .anyMatch(group -> group.name().equals(name) && group.vpcId().equals(vpc));
        if (taken) {
            throw new AwsError(
                    400,
                    "InvalidGroup.Duplicate",
                    "The security group '" + name + "' already exists for VPC '" + vpc + "'");
        }
        SecurityGroup group = cloud.addGroup(caller, vpc, name, description, tags(form, "TagSpecification.1.Tag"));
        result.leaf("return", "true").leaf("groupId", group.id());
    }

    private void delete(Caller caller, Map<String, String> form, Xml result) {
        SecurityGroup group = find(caller, required(form, "GroupId"));
        if (group.name().equals("default")) {
            throw new AwsError(
                    400,
                    "CannotDelete",
                    "the specified group: \"" + group.id() + "\" name: \"default\" cannot be" + " deleted by a user");
        }
        if (!cloud.deleteGroup(group)) {
            throw new AwsError(400, "DependencyViolation", "resource " + group.id() + " has a dependent object");
        }
        result.leaf("return", "true").leaf("groupId", group.id());
    }

    private void authorize(Caller caller, Map<String, String> form, Xml result) {
        SecurityGroup group = find(caller, required(form, "GroupId"));
        rules(form).forEach(rule -> add(group, rule));
        result.leaf("return", "true");
    }

    private void revoke(Caller caller, Map<String, String> form, Xml result) {
        SecurityGroup group = find(caller, required(form, "GroupId"));
        for (SecurityGroup.Rule rule : rules(form)) {
            if (!cloud.revoke(group, rule)) {
                throw new AwsError(
                        400, "InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
            }
        }
        result.leaf("return", "true");
    }

    private static List<SecurityGroup.Rule> rules(Map<String, String> form) {
        List<SecurityGroup.Rule> rules = new ArrayList<>();
        for (int i = 1; form.containsKey("IpPermissions." + i + ".IpProtocol"); i++) {
            String permission = "IpPermissions." + i + ".";
            for (String cidr : new String[] {"IpRanges", "Ipv6Ranges"}) {
                boolean ipv6 = cidr.equals("Ipv6Ranges");
                String leaf = ipv6 ? ".CidrIpv6" : ".CidrIp";
                for (int j = 1; form.containsKey(permission + cidr + "." + j + leaf); j++) {
                    rules.add(new SecurityGroup.Rule(
                            required(form, permission + "IpProtocol"),
                            Integer.parseInt(required(form, permission + "FromPort")),
                            Integer.parseInt(required(form, permission + "ToPort")),
                            canonical(required(form, permission + cidr + "." + j + leaf), ipv6),
                            ipv6));
                }
            }
        }
        if (rules.isEmpty()) {
            throw new AwsError(400, "MissingParameter", "The request must contain the parameter ipPermissions");
        }
        return rules;
    }

    /** EC2 keeps the network's own address: 100.68.0.18/18 becomes 100.68.0.0/18 (EC2 API reference, IpRange). */
    private static String canonical(String cidr, boolean ipv6) {
        if (!cidr.matches(ipv6 ? "[0-9a-fA-F:]+/\\d{1,3}" : "\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}")) {
            throw malformed(cidr);
        }
        int slash = cidr.indexOf('/');
        try {
            byte[] address = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(cidr.substring(slash + 1));
            if (bits > address.length * 8) {
                throw malformed(cidr);
            }
            BigInteger host =
                    BigInteger.ONE.shiftLeft(address.length * 8 - bits).subtract(BigInteger.ONE);
            byte[] network = new BigInteger(1, address).andNot(host).toByteArray();
            byte[] fitted = new byte[address.length];
            for (int i = 1; i <= Math.min(network.length, fitted.length); i++) {
                fitted[fitted.length - i] = network[network.length - i];
            }
            return InetAddress.getByAddress(fitted).getHostAddress() + "/" + bits;
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw malformed(cidr);
        }
    }

    private static AwsError malformed(String cidr) {
        return AwsError.invalidParameter("CIDR block " + cidr + " is malformed");
    }

    private void add(SecurityGroup group, SecurityGroup.Rule rule) {
        if (group.ingress().size() >= MOST_RULES && !group.ingress().contains(rule)) {
            throw new AwsError(
                    400,
                    "RulesPerSecurityGroupLimitExceeded",
                    "The maximum number of rules per security group has been reached.");
        }
        if (!cloud.authorize(group, rule)) {
            throw new AwsError(
                    400,
                    "InvalidPermission.Duplicate",
                    "the specified rule \"peer: " + rule.cidr() + ", TCP, from port: " + rule.fromPort() + ", to port: "
                            + rule.toPort() + ", ALLOW\" already exists");
        }
    }

    private void createTags(Caller caller, Map<String, String> form, Xml result) {
        List<String> ids = numbered(form, "ResourceId");
        if (ids.isEmpty()) {
            throw new AwsError(400, "MissingParameter", "The request must contain the parameter resourceIdSet");
        }
        List<SecurityGroup> tagged = ids.stream().map(id -> find(caller, id)).toList();
        tagged.forEach(group -> cloud.tag(group, tags(form, "Tag")));
        result.leaf("return", "true");
    }

    private SecurityGroup find(Caller caller, String id) {
        return cloud.groups(caller).stream()
                .filter(group -> group.id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new AwsError(400, "InvalidGroup.NotFound", "The security group '" + id + "' does not exist"));
    }

    private static Map<String, String> tags(Map<String, String> form, String prefix) {
        Map<String, String> tags = new HashMap<>();
        for (int i = 1; form.containsKey(prefix + "." + i + ".Key"); i++) {
            tags.put(
                    form.getOrDefault(prefix + "." + i + ".Key", ""),
                    form.getOrDefault(prefix + "." + i + ".Value", ""));
        }
        return tags;
    }

    private static void write(SecurityGroup group, Xml xml) {
        xml.leaf("ownerId", group.accountId())
                .leaf("groupId", group.id())
                .leaf("groupName", group.name())
                .leaf("groupDescription", group.description())
                .leaf("vpcId", group.vpcId())
                .node("ipPermissions", permissions -> {
                    for (SecurityGroup.Rule rule : List.copyOf(group.ingress())) {
                        permissions.node("item", item -> write(rule, item));
                    }
                })
                .node(
                        "tagSet",
                        tags -> new TreeMap<>(group.tags())
                                .forEach((key, value) -> tags.node(
                                        "item", tag -> tag.leaf("key", key).leaf("value", value))));
    }

    private static void write(SecurityGroup.Rule rule, Xml item) {
        item.leaf("ipProtocol", rule.protocol())
                .leaf("fromPort", rule.fromPort())
                .leaf("toPort", rule.toPort())
                .node("groups", none -> {})
                .node("ipRanges", ranges -> {
                    if (!rule.ipv6()) {
                        ranges.node("item", range -> range.leaf("cidrIp", rule.cidr()));
                    }
                })
                .node("ipv6Ranges", ranges -> {
                    if (rule.ipv6()) {
                        ranges.node("item", range -> range.leaf("cidrIpv6", rule.cidr()));
                    }
                });
    }
}
