package dev.sallyport.api.integrations;

import java.util.List;

/**
 * An action that we call.
 *
 * @param feature what does not work without it
 * @param required whether discovery and provisioning need it; else a feature of its own does
 */
record NeededAction(String name, String feature, boolean required) {

    /** In our own account. */
    static final List<NeededAction> AT_HOME = List.of(
            required("organizations:ListAccounts", "organizations"),
            required("rds:DescribeDBInstances", "discovery"),
            required("rds:ModifyDBInstance", "provisioning"),
            required("rds:ModifyDBCluster", "provisioning"),
            required("ec2:DescribeSecurityGroups", "security_groups"),
            required("ec2:AuthorizeSecurityGroupIngress", "security_groups"),
            required("ec2:CreateSecurityGroup", "security_groups"),
            required("ec2:CreateTags", "security_groups"),
            required("iam:SimulatePrincipalPolicy", "verification"),
            required("sts:AssumeRole", "member_accounts"),
            wished("rds:DescribeDBClusters", "clusters"),
            wished("rds:ListTagsForResource", "tags"),
            wished("ec2:RevokeSecurityGroupIngress", "deprovisioning"),
            wished("ec2:DeleteSecurityGroup", "deprovisioning"),
            wished("secretsmanager:GetSecretValue", "managed_master_secret"));

    /** In the accounts whose role we take on. */
    static final List<NeededAction> IN_MEMBERS = List.of(
            required("rds:DescribeDBInstances", "discovery"),
            required("rds:ModifyDBInstance", "provisioning"),
            required("rds:ModifyDBCluster", "provisioning"),
            required("ec2:DescribeSecurityGroups", "security_groups"),
            required("ec2:AuthorizeSecurityGroupIngress", "security_groups"),
            required("ec2:CreateTags", "security_groups"),
            required("ec2:CreateSecurityGroup", "security_groups"),
            wished("iam:SimulatePrincipalPolicy", "verification"),
            wished("rds:DescribeDBClusters", "clusters"),
            wished("rds:ListTagsForResource", "tags"),
            wished("ec2:RevokeSecurityGroupIngress", "deprovisioning"),
            wished("ec2:DeleteSecurityGroup", "deprovisioning"),
            wished("secretsmanager:GetSecretValue", "managed_master_secret"));

    private static NeededAction required(String name, String feature) {
        return new NeededAction(name, feature, true);
    }

    private static NeededAction wished(String name, String feature) {
        return new NeededAction(name, feature, false);
    }
}
