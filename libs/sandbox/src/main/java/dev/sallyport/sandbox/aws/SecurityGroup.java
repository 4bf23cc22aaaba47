package dev.sallyport.sandbox.aws;

import java.util.List;
import java.util.Map;

/** An EC2 security group and its ingress rules. */
record SecurityGroup(
        String id,
        String accountId,
        String region,
        String vpcId,
        String name,
        String description,
        Map<String, String> tags,
        List<Rule> ingress) {

    /** Who may reach which ports. */
    record Rule(String protocol, int fromPort, int toPort, String cidr, boolean ipv6) {}
}
