package dev.sallyport.provisioner.aws;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.List;

/** What is asked and changed in RDS. Each call blocks and may throw {@link dev.sallyport.aws.AwsException}. */
public interface Instances {

    /** As it is now. */
    Instance describe(RdsArn arn);

    /** Asks for a new master password; RDS sets it some time later. */
    void resetMasterPassword(Instance instance, Secret password);

    /** Makes these the instance's security groups; RDS does so some time later. */
    void setSecurityGroups(Instance instance, List<String> groups);

    /**
     * A token of IAM database authentication, good for 15 minutes as the password of {@code user}. AWS is not asked for it:
     * whether it is accepted is seen at the login.
     */
    Secret loginToken(Instance instance, Instance.Address address, String user);
}
