package dev.sallyport.provisioner.aws;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.target.SecretFolder;
import java.util.List;
import java.util.Optional;

/**
 * What a job acts on: a DB instance as {@code rds:DescribeDBInstances} has it. For a member of a cluster all but the ARN and
 * the VPC is the cluster's, as {@code rds:DescribeDBClusters} has it: its status, its writer endpoint, its master.
 *
 * @param engine RDS's name for it
 * @param status {@code available}, {@code creating}, …
 * @param address the endpoint; empty while there is none
 * @param databaseName the database that it was made with; empty when it was made without
 * @param replicaOf what it is a read replica of
 * @param cluster the Aurora or Multi-AZ cluster that it belongs to
 * @param managedSecret the ARN of the secret in which RDS keeps the master's password
 * @param passwordPending whether a new master password is on its way
 * @param iamAuthentication whether tokens of IAM database authentication are accepted
 * @param vpc empty when it is in none
 * @param securityGroups those that stay
 * @param groupsSettled whether none is being added or removed
 */
public record Instance(
        RdsArn arn,
        String engine,
        String status,
        Optional<Address> address,
        String databaseName,
        String masterUser,
        Optional<String> replicaOf,
        Optional<Cluster> cluster,
        Optional<String> managedSecret,
        boolean passwordPending,
        boolean iamAuthentication,
        Optional<String> vpc,
        List<String> securityGroups,
        boolean groupsSettled,
        List<Job.Tag> tags) {

    /** Where clients connect to. */
    public record Address(String host, int port) {}

    /** @param readerHost empty while there is none */
    public record Cluster(String identifier, String arn, Optional<String> readerHost) {}

    public boolean available() {
        return status.equals("available");
    }

    /** For people: {@code the instance}, or {@code the cluster <name>}. */
    public String what() {
        return cluster.map(whole -> "the cluster " + whole.identifier()).orElse("the instance");
    }

    /** Of what is changed: the cluster, or the instance. */
    public String changedArn() {
        return cluster.map(Cluster::arn).orElse(arn.toString());
    }

    /** How it is changed, as IAM names the action. */
    public String changeAction() {
        return cluster.isPresent() ? "rds:ModifyDBCluster" : "rds:ModifyDBInstance";
    }

    /** What our security group is called behind its prefix. An instance's identifier has no dot. */
    public String groupSuffix() {
        return cluster.map(whole -> "cluster." + whole.identifier()).orElse(arn.identifier());
    }

    /** Where its secrets are; the members of a cluster share theirs. */
    public SecretFolder secrets() {
        return cluster.map(whole -> SecretFolder.ofCluster(arn, whole.identifier()))
                .orElseGet(() -> SecretFolder.of(arn));
    }
}
