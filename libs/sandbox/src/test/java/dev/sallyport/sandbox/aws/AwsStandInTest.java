package dev.sallyport.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.organizations.model.AccessDeniedException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DbClusterNotFoundException;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.StsException;

/** The real SDK against the stand-in: what it would take from AWS it takes from here, errors included. */
class AwsStandInTest {

    private static final Account MANAGEMENT = new Account("111111111111", "management", "aws@example.com");
    private static final Account ORDERS = new Account("222222222222", "orders", "orders@example.com");
    private static final RdsArn INSTANCE = RdsArn.parse("arn:aws:rds:eu-west-1:222222222222:db:orders");
    private static final AwsCredentials OURS = AwsBasicCredentials.create("AKIASALLYPORT1", "right-secret");

    @TempDir
    private Path folder;

    private final List<String> passwords = new CopyOnWriteArrayList<>();
    private final AtomicBoolean away = new AtomicBoolean();
    private AwsStandIn aws;

    @BeforeEach
    void start() {
        aws = new AwsStandIn(0, cloud());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private Cloud cloud() {
        Cloud cloud = new Cloud(folder, MANAGEMENT, List.of(ORDERS));
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        cloud.addInstance(new DbInstance(
                INSTANCE,
                "postgres",
                "18.6",
                "127.0.0.1",
                5432,
                "app_admin",
                "postgres",
                Map.of("team", "orders"),
                (user, password) -> {
                    if (away.getAndSet(false)) {
                        throw new IllegalStateException("connection refused");
                    }
                    passwords.add(user + ":" + password);
                }));
        cloud.modificationTime(Duration.ofMillis(800));
        cloud.resume();
        return cloud;
    }

    @Test
    void knowsWhoSignedAndRefusesAWrongKeyAndAnUnknownOne() {
        assertThat(sts(OURS).getCallerIdentity().arn()).isEqualTo("arn:aws:iam::111111111111:user/sallyport");
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> sts(AwsBasicCredentials.create("AKIASALLYPORT1", "wrong"))
                        .getCallerIdentity())
                .satisfies(e -> assertThat(code(e)).isEqualTo("SignatureDoesNotMatch"));
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() ->
                        sts(AwsBasicCredentials.create("AKIANOBODY", "wrong")).getCallerIdentity())
                .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidClientTokenId"));
    }

    @Test
    void listsTheAccountsPageByPageToTheManagementAccountOnly() {
        OrganizationsClient organizations = client(OrganizationsClient.builder(), OURS);
        assertThat(organizations.listAccountsPaginator(r -> r.maxResults(1)).stream()
                        .flatMap(page -> page.accounts().stream()))
                .extracting(software.amazon.awssdk.services.organizations.model.Account::id)
                .containsExactly("111111111111", "222222222222");
        OrganizationsClient member = client(OrganizationsClient.builder(), assumed());
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(member::listAccounts);
    }

    @Test
    void showsAnInstanceToItsAccountAndInItsRegionOnly() {
        List<DBInstance> seen = rds(assumed()).describeDBInstances().dbInstances();
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().dbInstanceArn()).isEqualTo(INSTANCE.toString());
        assertThat(seen.getFirst().endpoint().port()).isEqualTo(5432);
        assertThat(seen.getFirst().tagList())
                .extracting(t -> t.key() + "=" + t.value())
                .containsExactly("team=orders");
        assertThat(rds(OURS).describeDBInstances().dbInstances()).isEmpty();
        assertThatExceptionOfType(DbInstanceNotFoundException.class)
                .isThrownBy(() -> rds(assumed()).describeDBInstances(r -> r.dbInstanceIdentifier("other")));
    }

    @Test
    void aRoleThatIsNotThereCannotBeAssumed() {
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> sts(OURS)
                        .assumeRole(r -> r.roleArn("arn:aws:iam::222222222222:role/Other")
                                .roleSessionName("s-1")))
                .satisfies(e -> assertThat(code(e)).isEqualTo("AccessDenied"));
    }

    @Test
    void aPasswordIsPendingFirstThenInTheDatabaseThenAvailable() {
        RdsClient rds = rds(assumed());
        DBInstance changing = rds.modifyDBInstance(r -> r.dbInstanceIdentifier("orders")
                        .masterUserPassword("a-new-password")
                        .applyImmediately(true))
                .dbInstance();
        assertThat(changing.dbInstanceStatus()).isEqualTo("available");
        assertThat(changing.pendingModifiedValues().masterUserPassword()).isEqualTo("****");
        await().untilAsserted(() -> assertThat(
                        rds.describeDBInstances().dbInstances().getFirst().dbInstanceStatus())
                .isEqualTo("resetting-master-credentials"));
        await().untilAsserted(() -> assertThat(
                        rds.describeDBInstances().dbInstances().getFirst().dbInstanceStatus())
                .isEqualTo("available"));
        assertThat(passwords).containsExactly("app_admin:a-new-password");
        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(() -> rds.modifyDBInstance(
                        r -> r.dbInstanceIdentifier("orders").masterUserPassword("with/slash")))
                .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidParameterValue"));
    }

    @Test
    void aPasswordThatWasPendingAtARestartIsSetAfterIt() {
        aws.cloud().modificationTime(Duration.ofHours(1));
        rds(assumed()).modifyDBInstance(r -> r.dbInstanceIdentifier("orders").masterUserPassword("kept-over-restart"));
        aws.close();
        aws = new AwsStandIn(0, cloud());
        await().untilAsserted(() -> assertThat(passwords).contains("app_admin:kept-over-restart"));
    }

    @Test
    void aPasswordThatTheDatabaseCouldNotTakeIsTriedAgain() {
        away.set(true);
        rds(assumed()).modifyDBInstance(r -> r.dbInstanceIdentifier("orders").masterUserPassword("tried-again"));
        await().untilAsserted(() -> assertThat(passwords).containsExactly("app_admin:tried-again"));
    }

    @Test
    void aClusterThatIsNamedIsNotFound() {
        assertThat(rds(assumed()).describeDBClusters().dbClusters()).isEmpty();
        assertThatExceptionOfType(DbClusterNotFoundException.class)
                .isThrownBy(() -> rds(assumed()).describeDBClusters(r -> r.dbClusterIdentifier("c-1")));
    }

    @Test
    void aSecurityGroupIsMadeOnceAuthorisedOnceAndAttached() {
        Ec2Client ec2 = client(Ec2Client.builder(), assumed());
        String id = ec2.createSecurityGroup(r -> r.groupName("hoop-aws-connect-sg-orders")
                        .description("made by Sallyport")
                        .vpcId("vpc-222222222222")
                        .tagSpecifications(TagSpecification.builder()
                                .resourceType(ResourceType.SECURITY_GROUP)
                                .tags(Tag.builder()
                                        .key("hoop.dev/gateway")
                                        .value("localhost")
                                        .build())
                                .build()))
                .groupId();
        IpPermission port = IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(5432)
                .toPort(5432)
                .ipRanges(IpRange.builder().cidrIp("10.0.0.0/16").build())
                .build();
        ec2.authorizeSecurityGroupIngress(r -> r.groupId(id).ipPermissions(port));
        assertThatExceptionOfType(Ec2Exception.class)
                .isThrownBy(() ->
                        ec2.authorizeSecurityGroupIngress(r -> r.groupId(id).ipPermissions(port)))
                .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidPermission.Duplicate"));
        assertThatExceptionOfType(Ec2Exception.class)
                .isThrownBy(() -> ec2.createSecurityGroup(r -> r.groupName("hoop-aws-connect-sg-orders")
                        .description("again")
                        .vpcId("vpc-222222222222")))
                .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidGroup.Duplicate"));

        var found = ec2.describeSecurityGroups(r -> r.filters(Filter.builder()
                        .name("group-name")
                        .values("hoop-aws-connect-sg-orders")
                        .build()))
                .securityGroups()
                .getFirst();
        assertThat(found.ipPermissions().getFirst().ipRanges().getFirst().cidrIp())
                .isEqualTo("10.0.0.0/16");
        assertThat(found.tags().getFirst().key()).isEqualTo("hoop.dev/gateway");

        rds(assumed())
                .modifyDBInstance(
                        r -> r.dbInstanceIdentifier("orders").vpcSecurityGroupIds("sg-222222222222default", id));
        assertThat(aws.cloud().attachedTo(INSTANCE)).containsExactly("sg-222222222222default", id);
    }

    @Test
    void whatIsDeniedIsDeniedInSimulationToo() {
        aws.cloud().deny("rds:DescribeDBInstances");
        IamClient iam = client(IamClient.builder(), OURS);
        var evaluated = iam.simulatePrincipalPolicy(r -> r.policySourceArn("arn:aws:iam::111111111111:user/sallyport")
                        .actionNames("rds:DescribeDBInstances", "sts:AssumeRole"))
                .evaluationResults();
        assertThat(evaluated)
                .extracting(e -> e.evalDecision())
                .containsExactly(PolicyEvaluationDecisionType.IMPLICIT_DENY, PolicyEvaluationDecisionType.ALLOWED);
        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(() -> rds(assumed()).describeDBInstances())
                .satisfies(e -> assertThat(code(e)).isEqualTo("AccessDenied"));
    }

    @Test
    void anActionThatItDoesNotKnowIsRefused() {
        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(() -> rds(assumed()).deleteDBInstance(r -> r.dbInstanceIdentifier("orders")))
                .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidAction"));
    }

    private AwsCredentials assumed() {
        Credentials temporary = sts(OURS)
                .assumeRole(r -> r.roleArn("arn:aws:iam::222222222222:role/OrganizationAccountAccessRole")
                        .roleSessionName("sallyport"))
                .credentials();
        return AwsSessionCredentials.create(
                temporary.accessKeyId(), temporary.secretAccessKey(), temporary.sessionToken());
    }

    private StsClient sts(AwsCredentials credentials) {
        return client(StsClient.builder(), credentials);
    }

    private RdsClient rds(AwsCredentials credentials) {
        return client(RdsClient.builder(), credentials);
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, AwsCredentials credentials) {
        return builder.httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(URI.create(aws.endpoint()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build();
    }

    private static String code(Throwable failure) {
        return ((AwsServiceException) failure).awsErrorDetails().errorCode();
    }
}
