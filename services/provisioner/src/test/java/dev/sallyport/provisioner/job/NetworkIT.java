package dev.sallyport.provisioner.job;

import static dev.sallyport.provisioner.job.OneAccount.DEFAULT_GROUP;
import static dev.sallyport.provisioner.job.OneAccount.READER;
import static dev.sallyport.provisioner.job.OneAccount.SINGLE;
import static dev.sallyport.provisioner.job.OneAccount.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.aws.AwsException;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.aws.Ingress;
import dev.sallyport.provisioner.aws.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;

/** The security group in front of an instance, in the AWS stand-in. */
class NetworkIT {

    @TempDir
    private Path folder;

    private OneAccount account;

    @BeforeEach
    void start() {
        account = new OneAccount(folder);
    }

    @AfterEach
    void stop() {
        account.close();
    }

    @Test
    void makesTheGroupOnceAndAttachesItBehindTheOthers() {
        String said = ensure(SINGLE, "10.0.0.0/16");
        assertThat(said).startsWith("hoop-aws-connect-sg-single lets 10.0.0.0/16 in at port ");
        List<String> attached = account.cloud().attachedTo(SINGLE);
        assertThat(attached).hasSize(2).startsWith(DEFAULT_GROUP);
        ensure(SINGLE, "10.0.0.0/16");
        assertThat(account.cloud().attachedTo(SINGLE)).isEqualTo(attached);
        assertThat(account.aws.traffic().calls())
                .containsEntry("ec2:CreateSecurityGroup", 1)
                .containsEntry("ec2:AuthorizeSecurityGroupIngress", 1)
                .containsEntry("rds:ModifyDBInstance", 1);
        assertThat(plan(SINGLE, "10.0.0.0/16")).isEmpty();
    }

    @Test
    void replacesAnotherNetworkOfOursAndLeavesForeignRules() {
        ensure(SINGLE, "10.1.0.0/16");
        ec2().authorizeSecurityGroupIngress(r -> r.groupId(group()).ipPermissions(rule(22, "192.168.0.0/24")));
        assertThat(plan(SINGLE, "10.2.0.0/16"))
                .containsExactly(
                        "ec2:AuthorizeSecurityGroupIngress hoop-aws-connect-sg-single tcp " + account.rds.port()
                                + " from 10.2.0.0/16",
                        "ec2:RevokeSecurityGroupIngress hoop-aws-connect-sg-single tcp " + account.rds.port()
                                + " from 10.1.0.0/16");
        assertThat(ensure(SINGLE, "10.2.0.0/16"))
                .endsWith("and no longer 10.1.0.0/16; 1 rules in it that are not ours are left as they are");
        assertThat(networks()).containsExactlyInAnyOrder("192.168.0.0/24", "10.2.0.0/16");
    }

    @Test
    void doesNotShutOutANetworkThatIsOnlyWrittenDifferently() {
        ensure(SINGLE, "10.1.2.3/16");
        ensure(SINGLE, "10.1.2.3/16");
        assertThat(networks()).containsExactly("10.1.0.0/16");
        ensure(SINGLE, "2001:db8::/32");
        ensure(SINGLE, "2001:DB8:0::1/32");
        assertThat(account.aws.traffic().calls()).containsEntry("ec2:RevokeSecurityGroupIngress", 1);
    }

    @Test
    void leavesTheNetworksOfAnotherGateway() {
        ensure(SINGLE, "10.1.0.0/16");
        Instance instance = account.describe(SINGLE);
        Ingress other = new Ingress(
                "hoop-aws-connect-sg-single", instance.vpc().orElseThrow(), "elsewhere", "10.2.0.0/16", port(instance));
        assertThat(account.network().ensure(instance, other))
                .endsWith("1 rules in it that are not ours are left as they are");
        assertThat(networks()).containsExactlyInAnyOrder("10.1.0.0/16", "10.2.0.0/16");
    }

    @Test
    void changesNothingInAGroupOfThatNameThatIsNotOurs() {
        ec2().createSecurityGroup(r -> r.groupName("hoop-aws-connect-sg-single")
                .description("somebody's")
                .vpcId("vpc-111111111111"));
        assertThatExceptionOfType(AwsException.class)
                .isThrownBy(() -> ensure(SINGLE, "10.0.0.0/16"))
                .withMessageContaining("which is not ours");
        assertThat(account.cloud().attachedTo(SINGLE)).containsExactly(DEFAULT_GROUP);
    }

    @Test
    void refusesASixthGroup() {
        List<String> five = new ArrayList<>(List.of(DEFAULT_GROUP));
        for (int i = 1; i < Network.MOST_GROUPS; i++) {
            String name = "group-" + i;
            five.add(ec2().createSecurityGroup(
                            r -> r.groupName(name).description("one more").vpcId("vpc-111111111111"))
                    .groupId());
        }
        account.instances.setSecurityGroups(account.describe(SINGLE), five);
        assertThatExceptionOfType(StepFailure.class)
                .isThrownBy(() -> ensure(SINGLE, "10.0.0.0/16"))
                .withMessageStartingWith("the instance has 5 security groups, and AWS allows 5");
        assertThat(account.cloud().attachedTo(SINGLE)).isEqualTo(five);
    }

    @Test
    void findsTheVpcByAGroupWhereThereIsNoSubnetGroup() {
        account.cloud().addInstance(account.instance("bare").withoutSubnetGroup());
        ensure(OneAccount.arn("bare"), "10.0.0.0/16");
        assertThat(account.cloud().attachedTo(OneAccount.arn("bare"))).hasSize(2);
    }

    @Test
    void twoAtOnceMakeOneGroupWithOneRule() throws Exception {
        Callable<String> one = () -> ensure(SINGLE, "10.0.0.0/16");
        try (ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 5; round++) {
                for (Future<String> done : two.invokeAll(List.of(one, one, one, one))) {
                    assertThat(attempt(done)).isTrue();
                }
                // All of them may have met an instance that could not be changed just then: a step is repeated.
                await().atMost(Duration.ofSeconds(30))
                        .ignoreExceptionsMatching(NetworkIT::isConflict)
                        .until(() -> one.call().startsWith("hoop-"));
                assertThat(account.cloud().attachedTo(SINGLE)).hasSize(2);
                assertThat(networks()).containsExactly("10.0.0.0/16");
                account.network().remove(account.describe(SINGLE), "hoop-aws-connect-sg-single");
            }
        }
    }

    /** A state in which it cannot be changed passes; the step is then repeated. */
    private static boolean attempt(Future<String> done) throws InterruptedException {
        try {
            return done.get().startsWith("hoop-");
        } catch (ExecutionException e) {
            return isConflict(e.getCause());
        }
    }

    private static boolean isConflict(@Nullable Throwable cause) {
        return cause instanceof AwsException aws && aws.kind() == AwsException.Kind.CONFLICT;
    }

    @Test
    void aClustersGroupsAreChangedThroughTheClusterAndSharedByItsMembers() {
        ensure(READER, "10.0.0.0/16");
        ensure(WRITER, "10.0.0.0/16");
        assertThat(account.cloud().attachedTo(WRITER)).hasSize(2);
        assertThat(account.aws.traffic().calls())
                .containsEntry("rds:ModifyDBCluster", 1)
                .doesNotContainKey("rds:ModifyDBInstance");
    }

    @Test
    void takesTheGroupOffAndDeletesItAndIsContentWhenItIsGone() {
        ensure(SINGLE, "10.0.0.0/16");
        Instance instance = account.describe(SINGLE);
        String name = "hoop-aws-connect-sg-single";
        assertThat(account.network().planRemoval(instance, name))
                .extracting(JobPlan.Change::statement)
                .containsExactly(
                        "rds:ModifyDBInstance VpcSecurityGroupIds - " + name, "ec2:DeleteSecurityGroup " + name);
        assertThat(account.network().remove(instance, name)).contains(name + " was taken off the instance and deleted");
        assertThat(account.cloud().attachedTo(SINGLE)).containsExactly(DEFAULT_GROUP);
        assertThat(account.network().remove(account.describe(SINGLE), name)).isEmpty();
    }

    @Test
    void aGroupThatIsInUseElsewhereIsDeletedLater() {
        ensure(SINGLE, "10.0.0.0/16");
        account.cloud().addInstance(account.instance("other"));
        account.instances.setSecurityGroups(account.describe(OneAccount.arn("other")), List.of(group()));
        assertThatExceptionOfType(StepFailure.class)
                .isThrownBy(() -> account.network().remove(account.describe(SINGLE), "hoop-aws-connect-sg-single"))
                .satisfies(e -> assertThat(e.passing()).isTrue())
                .withMessageContaining("is still in use");
    }

    private String ensure(RdsArn arn, String cidr) {
        Instance instance = account.describe(arn);
        return account.network().ensure(instance, ingress(instance, cidr));
    }

    private List<String> plan(RdsArn arn, String cidr) {
        Instance instance = account.describe(arn);
        return account.network().plan(instance, ingress(instance, cidr)).stream()
                .map(JobPlan.Change::statement)
                .toList();
    }

    private static Ingress ingress(Instance instance, String cidr) {
        return new Ingress(
                "hoop-aws-connect-sg-" + instance.groupSuffix(),
                instance.vpc().orElseThrow(),
                "localhost",
                cidr,
                port(instance));
    }

    private static int port(Instance instance) {
        return instance.address().orElseThrow().port();
    }

    private String group() {
        return account.cloud().attachedTo(SINGLE).getLast();
    }

    private List<String> networks() {
        return ec2()
                .describeSecurityGroups(r -> r.groupIds(group()))
                .securityGroups()
                .getFirst()
                .ipPermissions()
                .stream()
                .flatMap(permission -> permission.ipRanges().stream())
                .map(IpRange::cidrIp)
                .toList();
    }

    private Ec2Client ec2() {
        return account.access.current().of(SINGLE).ec2();
    }

    private static IpPermission rule(int port, String cidr) {
        return IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(port)
                .toPort(port)
                .ipRanges(IpRange.builder().cidrIp(cidr).build())
                .build();
    }
}
