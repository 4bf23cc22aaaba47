package dev.sallyport.provisioner.aws;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import java.util.List;
import java.util.Optional;

/**
 * A DB instance as {@code rds:DescribeDBInstances} has it.
 *
 * @param engine RDS's name for it
 * @param status {@code available}, {@code creating}, …
 * @param address the endpoint; empty while there is none
 * @param databaseName the database that it was made with; empty when it was made without
 * @param replicaOf what it is a read replica of
 * @param cluster the Aurora or Multi-AZ cluster that it belongs to
 * @param managedSecret whether RDS keeps the master's password in Secrets Manager
 * @param passwordPending whether a new master password is on its way
 * @param vpc empty without a subnet group
 */
public record Instance(
        RdsArn arn,
        String engine,
        String status,
        Optional<Address> address,
        String databaseName,
        String masterUser,
        Optional<String> replicaOf,
        Optional<String> cluster,
        boolean managedSecret,
        boolean passwordPending,
        Optional<String> vpc,
        List<String> securityGroups,
        List<Job.Tag> tags) {

    /** Where clients connect to. */
    public record Address(String host, int port) {}

    public boolean available() {
        return status.equals("available");
    }
}
