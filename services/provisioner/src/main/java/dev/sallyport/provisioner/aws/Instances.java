package dev.sallyport.provisioner.aws;

import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.List;
import java.util.Optional;

/** What is asked and changed in AWS. Each call blocks and may throw {@link dev.sallyport.aws.AwsException}. */
public interface Instances {

    /** As it is now. */
    Instance describe(RdsArn arn);

    /** Asks for a new master password; RDS sets it some time later. */
    void resetMasterPassword(RdsArn arn, Secret password);

    /** The id of the group of that name and VPC, made when it is missing, with the ingress, added when it is missing. */
    String ensureGroup(RdsArn arn, Ingress ingress);

    /** What {@link #ensureGroup} and attaching the group would do, in the order of doing. Changes nothing. */
    List<JobPlan.Change> planGroup(Instance instance, Ingress ingress);

    /** The id of the group of that name in the instance's VPC, when its tag says that it is ours. */
    Optional<String> ourGroup(Instance instance, String name);

    /** Deletes a group that is attached to nothing; one that is gone counts as deleted. */
    void deleteGroup(RdsArn arn, String group);

    /** Makes these the instance's security groups. */
    void setSecurityGroups(RdsArn arn, List<String> groups);
}
