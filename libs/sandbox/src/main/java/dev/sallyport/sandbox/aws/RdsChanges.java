package dev.sallyport.sandbox.aws;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * ModifyDBInstance and ModifyDBCluster (RDS API reference, 2014-10-31): master password, its management by RDS, security
 * groups. A member's are its cluster's, and can only be changed there.
 */
final class RdsChanges {

    /** Not adjustable (RDS User Guide, "Quotas and constraints for Amazon RDS"). */
    private static final int MOST_GROUPS = 5;

    private static final Pattern MASTER_PASSWORD = Pattern.compile("[\\x21-\\x7e&&[^/\"@]]{8,128}");

    private final Cloud cloud;

    RdsChanges(Cloud cloud) {
        this.cloud = cloud;
    }

    /** What a call asks for. */
    private record Asked(
            @Nullable String password, @Nullable Boolean managed, List<String> groups) {

        static Asked of(Map<String, String> form) {
            String managed = form.get("ManageMasterUserPassword");
            if (managed != null && !managed.equals("true") && !managed.equals("false")) {
                throw AwsError.invalidParameter("ManageMasterUserPassword is true or false, not " + managed);
            }
            return new Asked(
                    form.get("MasterUserPassword"),
                    managed == null ? null : Boolean.valueOf(managed),
                    QueryProtocol.numbered(form, "VpcSecurityGroupIds.VpcSecurityGroupId"));
        }

        boolean manages() {
            return Boolean.TRUE.equals(managed);
        }
    }

    void modify(Caller caller, DbInstance instance, Map<String, String> form) {
        Asked asked = Asked.of(form);
        if (!instance.available()) {
            throw new AwsError(400, "InvalidDBInstanceState", "Database instance is not in available state.");
        }
        if (instance.cluster != null) {
            refuseForMember(asked);
        }
        apply(caller, instance, asked);
    }

    void modify(Caller caller, DbCluster cluster, Map<String, String> form) {
        Asked asked = Asked.of(form);
        if (!cluster.available()) {
            throw new AwsError(400, "InvalidDBClusterStateFault", "DB cluster is not in available state.");
        }
        apply(caller, cluster, asked);
    }

    private static void refuseForMember(Asked asked) {
        if (asked.password() != null || asked.managed() != null) {
            throw combination("The specified DB Instance is a member of a cluster. Set master user password for the DB"
                    + " Cluster using the ModifyDbCluster API");
        }
        if (!asked.groups().isEmpty()) {
            throw combination("The specified DB Instance is a member of a cluster. Modify vpc security group for the DB"
                    + " Cluster using the ModifyDbCluster API");
        }
    }

    private void apply(Caller caller, DbResource resource, Asked asked) {
        checkGroups(caller, resource, asked.groups());
        checkPassword(resource, asked);
        if (!asked.groups().isEmpty()) {
            cloud.attach(resource, asked.groups());
        }
        if (Boolean.FALSE.equals(asked.managed())) {
            cloud.unmanage(resource);
        }
        String password = asked.password();
        if (password != null) {
            cloud.resetMasterPassword(resource, password);
        }
        if (asked.manages() && resource.secretArn == null) {
            cloud.manage(resource);
        }
    }

    private void checkGroups(Caller caller, DbResource resource, List<String> groups) {
        if (groups.size() > MOST_GROUPS) {
            throw AwsError.invalidParameter("The request violates your limit on number of Ec2 VPC SecurityGroups"
                    + " associated with an instance");
        }
        for (String group : groups) {
            SecurityGroup known = cloud.groups(caller).stream()
                    .filter(each -> each.id().equals(group))
                    .findFirst()
                    .orElseThrow(() ->
                            AwsError.invalidParameter("Invalid security group , groupId= " + group + ", groupName=."));
            if (!known.vpcId().equals(resource.vpcId)) {
                throw combination("Database is in " + resource.vpcId + ", but Ec2 Security Group " + group + " is in "
                        + known.vpcId());
            }
        }
    }

    private static void checkPassword(DbResource resource, Asked asked) {
        String password = asked.password();
        if (asked.manages() && password != null) {
            throw combination("You can't specify MasterUserPassword when ManageMasterUserPassword is set to true.");
        }
        if (Boolean.FALSE.equals(asked.managed()) && password == null) {
            throw combination("MasterUserPassword must be provided when ManageMasterUserPassword is set to false.");
        }
        if (password == null) {
            return;
        }
        if (resource.secretArn != null && asked.managed() == null) {
            throw combination("You can't specify MasterUserPassword while the master user password is managed by RDS in"
                    + " AWS Secrets Manager.");
        }
        if (resource instanceof DbInstance instance && instance.replicaOf != null) {
            throw combination("MasterUserPassword cannot be changed for a read replica.");
        }
        if (!MASTER_PASSWORD.matcher(password).matches()) {
            throw AwsError.invalidParameter(
                    "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides"
                            + " '/', '@', '\"', ' ' may be used.");
        }
    }

    private static AwsError combination(String message) {
        return new AwsError(400, "InvalidParameterCombination", message);
    }
}
