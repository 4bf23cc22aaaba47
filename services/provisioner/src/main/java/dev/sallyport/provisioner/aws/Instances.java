package dev.sallyport.provisioner.aws;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.List;

/** What is asked and changed in AWS. Each call blocks and may throw {@link dev.sallyport.aws.AwsException}. */
public interface Instances {

    /** As it is now. */
    Instance describe(RdsArn arn);

    /** Asks for a new master password; RDS sets it some time later. */
    void resetMasterPassword(RdsArn arn, Secret password);

    /** The id of the group of that name and VPC, made when it is missing, with the ingress, added when it is missing. */
    String ensureGroup(RdsArn arn, Ingress ingress);

    /** Makes these the instance's security groups. */
    void setSecurityGroups(RdsArn arn, List<String> groups);
}
