package dev.sallyport.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterMember;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DbClusterNotFoundException;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** Clusters, security groups and secrets of the stand-in, through the real SDK. */
class RdsStandInTest {

    private static final RdsArn SINGLE = RdsArn.parse("arn:aws:rds:eu-west-1:111111111111:db:single");
    private static final RdsArn WRITER = RdsArn.parse("arn:aws:rds:eu-west-1:111111111111:db:shop-1");
    private static final String DEFAULT_GROUP = "sg-111111111111default";

    @TempDir
    private Path folder;

    private final List<String> passwords = new CopyOnWriteArrayList<>();
    private AwsStandIn aws;
    private RdsClient rds;
    private Ec2Client ec2;
    private SecretsManagerClient secrets;

    @BeforeEach
    void start() {
        aws = new AwsStandIn(0, cloud());
        rds = client(RdsClient.builder());
        ec2 = client(Ec2Client.builder());
        secrets = client(SecretsManagerClient.builder());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private Cloud cloud() {
        Cloud cloud = new Cloud(folder, new Account("111111111111", "one", "one@example.com"), List.of());
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        DbInstance.Database database = (user, password) -> passwords.add(password);
        cloud.addInstance(
                new DbInstance(SINGLE, "postgres", "18.1", "single.host", 5432, "master", "shop", Map.of(), database));
        DbCluster cluster = new DbCluster(
                WRITER,
                "shop",
                "aurora-postgresql",
                "16.4",
                "shop.writer",
                "shop.reader",
                5432,
                "master",
                "shop",
                Map.of("team", "shop"),
                database);
        cloud.addCluster(cluster);
        cloud.addInstance(cluster.member("shop-1", true));
        cloud.addInstance(cluster.member("shop-2", false));
        cloud.modificationTime(Duration.ofMillis(800));
        cloud.resume();
        return cloud;
    }

    @Test
    void showsAClusterWithItsMembersAndEndpoints() {
        DBCluster cluster = cluster();
        assertThat(cluster.dbClusterArn()).isEqualTo("arn:aws:rds:eu-west-1:111111111111:cluster:shop");
        assertThat(cluster.endpoint()).isEqualTo("shop.writer");
        assertThat(cluster.readerEndpoint()).isEqualTo("shop.reader");
        assertThat(cluster.dbClusterMembers())
                .extracting(DBClusterMember::dbInstanceIdentifier, DBClusterMember::isClusterWriter)
                .containsExactly(tuple("shop-1", true), tuple("shop-2", false));
        assertThat(instance("shop-2").dbClusterIdentifier()).isEqualTo("shop");
        assertThatExceptionOfType(DbClusterNotFoundException.class)
                .isThrownBy(() -> rds.describeDBClusters(r -> r.dbClusterIdentifier("other")));
    }

    @Test
    void aMembersPasswordAndGroupsAreItsClusters() {
        assertRefused(
                "InvalidParameterCombination",
                () -> rds.modifyDBInstance(r -> r.dbInstanceIdentifier("shop-1").masterUserPassword("a-new-password")));
        assertRefused(
                "InvalidParameterCombination",
                () -> rds.modifyDBInstance(r -> r.dbInstanceIdentifier("shop-1").vpcSecurityGroupIds(DEFAULT_GROUP)));
        rds.modifyDBCluster(r -> r.dbClusterIdentifier("shop").masterUserPassword("a-new-password"));
        await().until(() -> cluster().status().equals("resetting-master-credentials"));
        assertRefused(
                "InvalidDBClusterStateFault",
                () -> rds.modifyDBCluster(r -> r.dbClusterIdentifier("shop").masterUserPassword("another-one")));
        await().until(() -> cluster().status().equals("available"));
        assertThat(passwords).containsExactly("a-new-password");
    }

    @Test
    void groupsComeAndGoAfterTheAnswerAndAreOfThisVpcAndFiveAtMost() {
        String group = group("hoop-sg");
        rds.modifyDBInstance(r -> r.dbInstanceIdentifier("single").vpcSecurityGroupIds(DEFAULT_GROUP, group));
        assertThat(instance("single").vpcSecurityGroups())
                .extracting(VpcSecurityGroupMembership::status)
                .containsExactly("active", "adding");
        await().until(() -> instance("single").dbInstanceStatus().equals("modifying"));
        await().until(() -> instance("single").dbInstanceStatus().equals("available"));
        rds.modifyDBInstance(r -> r.dbInstanceIdentifier("single").vpcSecurityGroupIds(DEFAULT_GROUP));
        assertRefused("DependencyViolation", () -> ec2.deleteSecurityGroup(r -> r.groupId(group)));
        await().until(() -> instance("single").vpcSecurityGroups().size() == 1);
        ec2.deleteSecurityGroup(r -> r.groupId(group));
        assertRefused("InvalidGroup.NotFound", () -> ec2.deleteSecurityGroup(r -> r.groupId(group)));
        assertRefused(
                "InvalidParameterValue",
                () -> rds.modifyDBInstance(r -> r.dbInstanceIdentifier("single")
                        .vpcSecurityGroupIds("sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6")));
    }

    @Test
    void rulesAreKeptInTheirCanonicalFormAndCanBeRevoked() {
        String group = group("hoop-sg");
        ec2.authorizeSecurityGroupIngress(r -> r.groupId(group).ipPermissions(rule("10.1.2.3/16")));
        assertThat(described(group)
                        .ipPermissions()
                        .getFirst()
                        .ipRanges()
                        .getFirst()
                        .cidrIp())
                .isEqualTo("10.1.0.0/16");
        assertRefused(
                "InvalidPermission.Duplicate",
                () -> ec2.authorizeSecurityGroupIngress(r -> r.groupId(group).ipPermissions(rule("10.1.0.0/16"))));
        ec2.revokeSecurityGroupIngress(r -> r.groupId(group).ipPermissions(rule("10.1.0.0/16")));
        assertRefused(
                "InvalidPermission.NotFound",
                () -> ec2.revokeSecurityGroupIngress(r -> r.groupId(group).ipPermissions(rule("10.1.0.0/16"))));
        for (int i = 0; i < 60; i++) {
            String cidr = "10." + i + ".0.0/16";
            ec2.authorizeSecurityGroupIngress(r -> r.groupId(group).ipPermissions(rule(cidr)));
        }
        assertRefused(
                "RulesPerSecurityGroupLimitExceeded",
                () -> ec2.authorizeSecurityGroupIngress(r -> r.groupId(group).ipPermissions(rule("10.60.0.0/16"))));
    }

    @Test
    void aManagedPasswordIsInASecretAndCannotBeSet() {
        String arn = aws.cloud().manageMasterPassword(SINGLE);
        assertThat(instance("single").masterUserSecret().secretArn()).isEqualTo(arn);
        assertThat(value(arn)).contains("\"username\":\"master\"").contains(passwords.getLast());
        aws.cloud().rotateMasterPassword(SINGLE);
        assertThat(value(arn)).contains(passwords.getLast());
        assertRefused(
                "InvalidParameterCombination",
                () -> rds.modifyDBInstance(r -> r.dbInstanceIdentifier("single").masterUserPassword("a-new-password")));
        assertRefused(
                "InvalidParameterCombination",
                () -> rds.modifyDBInstance(r -> r.dbInstanceIdentifier("single").manageMasterUserPassword(false)));
    }

    @Test
    void aSecretIsReadByNameAndArnAndStage() {
        String arn = aws.cloud().secrets().create("111111111111", "eu-west-1", "prod/orders", "one");
        aws.cloud().secrets().stage(arn, "two");
        assertThat(value("prod/orders")).isEqualTo("one");
        assertThat(value(arn)).isEqualTo("one");
        assertThat(secrets.getSecretValue(r -> r.secretId(arn).versionStage("AWSPENDING"))
                        .secretString())
                .isEqualTo("two");
        assertThat(secrets.describeSecret(r -> r.secretId(arn)).versionIdsToStages())
                .hasSize(2);
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> value("prod/none"));
        aws.cloud().deny("secretsmanager:GetSecretValue");
        assertRefused("AccessDeniedException", () -> value(arn));
    }

    @Test
    void remembersGroupsAndSecretsOverARestart() {
        String group = group("hoop-sg");
        rds.modifyDBCluster(r -> r.dbClusterIdentifier("shop").vpcSecurityGroupIds(DEFAULT_GROUP, group));
        String arn = aws.cloud().manageMasterPassword(SINGLE);
        aws.close();
        start();
        assertThat(aws.cloud().attachedTo(WRITER)).containsExactly(DEFAULT_GROUP, group);
        assertThat(instance("single").masterUserSecret().secretArn()).isEqualTo(arn);
        assertThat(value(arn)).contains(passwords.getLast());
    }

    @Test
    void aNumberThatIsNoneIsAnErrorAsAwsWritesThem() {
        assertRefused("InvalidParameterValue", () -> rds.describeDBClusters(r -> r.maxRecords(7)));
        assertRefused(
                "InvalidParameterValue",
                () -> ec2.authorizeSecurityGroupIngress(
                        r -> r.groupId(DEFAULT_GROUP).ipPermissions(rule("10.0.0/8"))));
    }

    private DBCluster cluster() {
        return rds.describeDBClusters(r -> r.dbClusterIdentifier("shop"))
                .dbClusters()
                .getFirst();
    }

    private DBInstance instance(String identifier) {
        return rds.describeDBInstances(r -> r.dbInstanceIdentifier(identifier))
                .dbInstances()
                .getFirst();
    }

    private String group(String name) {
        return ec2.createSecurityGroup(
                        r -> r.groupName(name).description("of a test").vpcId("vpc-111111111111"))
                .groupId();
    }

    private SecurityGroup described(String id) {
        return ec2.describeSecurityGroups(r ->
                        r.filters(Filter.builder().name("group-id").values(id).build()))
                .securityGroups()
                .getFirst();
    }

    private String value(String id) {
        return secrets.getSecretValue(r -> r.secretId(id)).secretString();
    }

    private static IpPermission rule(String cidr) {
        return IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(5432)
                .toPort(5432)
                .ipRanges(IpRange.builder().cidrIp(cidr).build())
                .build();
    }

    private static void assertRefused(String code, ThrowingCallable call) {
        assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
        return builder.httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(URI.create(aws.endpoint()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIASALLYPORT1", "right-secret")))
                .build();
    }
}
