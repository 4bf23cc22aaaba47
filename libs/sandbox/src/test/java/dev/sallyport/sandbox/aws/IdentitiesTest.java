package dev.sallyport.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.organizations.model.AwsOrganizationsNotInUseException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Credentials;

/** The real SDK against the stand-in: who is let in, as whom, for how long, and what is said to the others. */
class IdentitiesTest {

    private static final String HOME = "111111111111";
    private static final String MEMBER = "222222222222";
    private static final AwsCredentials OURS = AwsBasicCredentials.create("AKIASALLYPORT1", "right-secret");
    private static final String REACH = "arn:aws:iam::222222222222:role/teams/data/Reach";

    @TempDir
    private Path folder;

    private AwsStandIn aws;

    @BeforeEach
    void start() {
        aws = new AwsStandIn(0, cloud());
    }

    @AfterEach
    void stop() {
        System.clearProperty("aws.containerCredentialsFullUri");
        System.clearProperty("aws.containerAuthorizationToken");
        aws.close();
    }

    private Cloud cloud() {
        Cloud cloud = new Cloud(
                folder,
                new Account(HOME, "management", "aws@example.com"),
                List.of(new Account(MEMBER, "orders", "orders@example.com")));
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        cloud.identities().addRole(new Role(MEMBER, "/teams/data/", "Reach", HOME, "ext-7"));
        return cloud;
    }

    @Test
    void aRoleThatAsksForAnExternalIdIsAssumedWithItOnly() {
        assertThat(assume(OURS, r -> r.roleArn(REACH).externalId("ext-7")).accessKeyId())
                .startsWith("ASIA");
        refused("AccessDenied", () -> assume(OURS, r -> r.roleArn(REACH)));
        refused("AccessDenied", () -> assume(OURS, r -> r.roleArn(REACH).externalId("ext-8")));
        refused("ValidationError", () -> assume(OURS, r -> r.roleArn(REACH).externalId("no spaces")));
        refused(
                "AccessDenied",
                () -> assume(
                        OURS,
                        r -> r.roleArn("arn:aws:iam::222222222222:role/Reach").externalId("ext-7")));
    }

    @Test
    void aSessionNamesItsRoleWithoutThePath() {
        assertThat(sts(session()).getCallerIdentity().arn())
                .isEqualTo("arn:aws:sts::222222222222:assumed-role/Reach/tests");
    }

    @Test
    void arnsBeginWithThePartition() {
        aws.close();
        Cloud cloud = new Cloud(folder, new Account(HOME, "management", "aws@example.com"), List.of());
        cloud.identities().partition("aws-cn");
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        aws = new AwsStandIn(0, cloud);

        assertThat(sts(OURS).getCallerIdentity().arn()).isEqualTo("arn:aws-cn:iam::111111111111:user/sallyport");
    }

    @Test
    void sessionsOutliveARestart() {
        AwsCredentials session = session();
        aws.close();
        aws = new AwsStandIn(0, cloud());

        assertThat(sts(session).getCallerIdentity().account()).isEqualTo(MEMBER);
    }

    @Test
    void aSessionThatIsTooOldIsToldSo() {
        AwsCredentials session = session();
        aws.cloud().identities().expireSessions();

        refused("ExpiredToken", () -> sts(session).getCallerIdentity());
        refused(
                "ExpiredTokenException",
                () -> client(OrganizationsClient.builder(), session).listAccounts());
    }

    @Test
    void aSessionThatASessionAskedForLastsAnHourAtMost() {
        aws.cloud().identities().addRole(Role.trusting(MEMBER, MEMBER, "Next"));

        refused(
                "ValidationError",
                () -> assume(
                        session(),
                        r -> r.roleArn("arn:aws:iam::222222222222:role/Next").durationSeconds(7200)));
    }

    @Test
    void aSuspendedAccountIsListedAsSuchAndLetsNobodyIn() {
        AwsCredentials session = session();
        aws.cloud().identities().suspend(MEMBER);

        assertThat(client(OrganizationsClient.builder(), OURS).listAccounts().accounts())
                .extracting(account -> account.statusAsString())
                .containsExactly("ACTIVE", "SUSPENDED");
        refused("AccessDenied", () -> assume(OURS, r -> r.roleArn(REACH).externalId("ext-7")));
        refused("AccessDenied", () -> rds(session).describeDBInstances());
    }

    @Test
    void accountsThatAreNoOrganisationHaveNoListButTheirRoles() {
        aws.cloud().organizationInUse(false);

        assertThatExceptionOfType(AwsOrganizationsNotInUseException.class)
                .isThrownBy(() -> client(OrganizationsClient.builder(), OURS).listAccounts());
        assertThat(sts(session()).getCallerIdentity().account()).isEqualTo(MEMBER);
    }

    @Test
    void oneActionInOneAccountIsThrottledAsOftenAsSaid() {
        aws.cloud().faults().throttle("rds:DescribeDBInstances", MEMBER, 1);
        RdsClient member = rds(session());

        assertThat(rds(OURS).describeDBInstances().dbInstances()).isEmpty();
        refused("Throttling", member::describeDBInstances);
        assertThat(member.describeDBInstances().dbInstances()).isEmpty();
        assertThat(aws.traffic().calls()).containsEntry("rds:DescribeDBInstances", 3);
    }

    @Test
    void simulationSaysWhoDenies() {
        aws.cloud().faults().deny("rds:ModifyDBInstance", MEMBER, Denial.EXPLICIT);
        aws.cloud().faults().deny("rds:ModifyDBCluster", MEMBER, Denial.BY_ORGANIZATION);
        aws.cloud().faults().deny("ec2:CreateTags", MEMBER, Denial.IMPLICIT);
        aws.cloud().faults().deny("rds:DescribeDBInstances", HOME, Denial.IMPLICIT);

        List<EvaluationResult> results = client(IamClient.builder(), session())
                .simulatePrincipalPolicy(r -> r.policySourceArn(REACH)
                        .actionNames(
                                "rds:DescribeDBInstances",
                                "rds:ModifyDBInstance",
                                "rds:ModifyDBCluster",
                                "ec2:CreateTags"))
                .evaluationResults();

        assertThat(results)
                .extracting(EvaluationResult::evalDecisionAsString)
                .containsExactly("allowed", "explicitDeny", "explicitDeny", "implicitDeny");
        assertThat(results)
                .extracting(result -> result.organizationsDecisionDetail().allowedByOrganizations())
                .containsExactly(true, true, false, true);
    }

    @Test
    void simulationTakesUsersAndRolesByTheirWholeNameAndNoSessions() {
        IamClient iam = client(IamClient.builder(), session());

        refused(
                "InvalidInput",
                () -> iam.simulatePrincipalPolicy(
                        r -> r.policySourceArn("arn:aws:sts::222222222222:assumed-role/Reach/tests")
                                .actionNames("rds:DescribeDBInstances")));
        refused(
                "NoSuchEntity",
                () -> iam.simulatePrincipalPolicy(r -> r.policySourceArn("arn:aws:iam::222222222222:role/Reach")
                        .actionNames("rds:DescribeDBInstances")));
        assertThat(iam.getRole(r -> r.roleName("Reach")).role().arn()).isEqualTo(REACH);
    }

    @Test
    void simulationComesInPages() {
        IamClient iam = client(IamClient.builder(), OURS);

        assertThat(iam
                        .simulatePrincipalPolicyPaginator(
                                r -> r.policySourceArn("arn:aws:iam::111111111111:user/sallyport")
                                        .actionNames("a:One", "a:Two", "a:Three")
                                        .maxItems(2))
                        .stream()
                        .map(page -> page.evaluationResults().size()))
                .containsExactly(2, 1);
    }

    @Test
    void aMachineLearnsTheCredentialsOfItsRole() {
        Role role = new Role(HOME, "/service-role/", "sallyport-host", "", null);
        try (InstanceMetadata metadata = new InstanceMetadata(0, aws.cloud(), role)) {
            InstanceProfileCredentialsProvider machine = InstanceProfileCredentialsProvider.builder()
                    .endpoint(metadata.endpoint())
                    .build();

            assertThat(client(StsClient.builder(), machine).getCallerIdentity().arn())
                    .isEqualTo("arn:aws:sts::111111111111:assumed-role/sallyport-host/i-0a1b2c3d4e5f60718");
            machine.close();
        }
    }

    @Test
    void aContainerLearnsThemByItsToken() throws Exception {
        Role role = new Role(HOME, "/", "sallyport-task", "", null);
        try (InstanceMetadata metadata = new InstanceMetadata(0, aws.cloud(), role)) {
            assertThat(get(metadata.containerUri(), "Authorization", "wrong").statusCode())
                    .isEqualTo(401);
            assertThat(get(
                                    metadata.containerUri(),
                                    "Authorization",
                                    metadata.containerToken().reveal())
                            .body())
                    .contains("AccessKeyId", "SecretAccessKey", "Token", "Expiration");
            System.setProperty("aws.containerCredentialsFullUri", metadata.containerUri());
            System.setProperty(
                    "aws.containerAuthorizationToken", metadata.containerToken().reveal());
            try (ContainerCredentialsProvider container =
                    ContainerCredentialsProvider.builder().build()) {
                assertThat(client(StsClient.builder(), container)
                                .getCallerIdentity()
                                .arn())
                        .contains(":assumed-role/sallyport-task/");
            }
            assertThat(get(metadata.endpoint() + "/latest/meta-data/iam/security-credentials/", "a", "b")
                            .statusCode())
                    .as("without a token of the metadata service")
                    .isEqualTo(401);
        }
    }

    @Test
    void theDayOfTheScopeIsTheDayOfTheRequest() throws Exception {
        String now = amzDate(Instant.now());

        assertThat(signed("20200101", now, "host;x-amz-date").body())
                .contains("SignatureDoesNotMatch", "Date in Credential scope does not match");
        assertThat(signed("20200101", "20200101T000000Z", "host;x-amz-date").body())
                .contains("Signature expired");
        assertThat(signed("29990101", "29990101T000000Z", "host;x-amz-date").body())
                .contains("Signature not yet current");
    }

    @Test
    void whatHasToBeSignedIs() throws Exception {
        String now = amzDate(Instant.now());

        assertThat(signed(now.substring(0, 8), now, "x-amz-date").body())
                .contains("IncompleteSignature", "'host' must be a 'SignedHeader'");
        assertThat(signed(now.substring(0, 8), now, "host").body())
                .contains("IncompleteSignature", "'x-amz-date' must be a 'SignedHeader'");
        assertThat(signed(now.substring(0, 8), "yesterday", "host;x-amz-date").body())
                .contains("IncompleteSignature", "basic format");
    }

    @Test
    void aNumberThatIsNoneIsAnErrorOfTheService() {
        ExecutionInterceptor garble = new ExecutionInterceptor() {
            @Override
            public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
                return context.httpRequest().toBuilder()
                        .putRawQueryParameter("DurationSeconds", "many")
                        .build();
            }
        };
        try (StsClient sts = StsClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(URI.create(aws.endpoint()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(OURS))
                .overrideConfiguration(o -> o.addExecutionInterceptor(garble))
                .build()) {
            refused(
                    "MalformedInput",
                    () -> sts.assumeRole(
                            r -> r.roleArn(REACH).roleSessionName("tests").durationSeconds(900)));
        }
    }

    private static String amzDate(Instant time) {
        return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(time);
    }

    private HttpResponse<String> signed(String day, String time, String headers) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(aws.endpoint()))
                                .header("X-Amz-Date", time)
                                .header(
                                        "Authorization",
                                        "AWS4-HMAC-SHA256 Credential=AKIASALLYPORT1/" + day
                                                + "/eu-west-1/sts/aws4_request, SignedHeaders=" + headers
                                                + ", Signature=" + "0".repeat(64))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "Action=GetCallerIdentity&Version=2011-06-15"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String uri, String header, String value) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .header(header, value)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private AwsCredentials session() {
        Credentials temporary = assume(OURS, r -> r.roleArn(REACH).externalId("ext-7"));
        return AwsSessionCredentials.create(
                temporary.accessKeyId(), temporary.secretAccessKey(), temporary.sessionToken());
    }

    private Credentials assume(AwsCredentials caller, java.util.function.Consumer<AssumeRoleRequest.Builder> request) {
        AssumeRoleRequest.Builder builder = AssumeRoleRequest.builder().roleSessionName("tests");
        request.accept(builder);
        return sts(caller).assumeRole(builder.build()).credentials();
    }

    private StsClient sts(AwsCredentials credentials) {
        return client(StsClient.builder(), credentials);
    }

    private RdsClient rds(AwsCredentials credentials) {
        return client(RdsClient.builder(), credentials);
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, AwsCredentials credentials) {
        return client(builder, StaticCredentialsProvider.create(credentials));
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, AwsCredentialsProvider credentials) {
        return builder.httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(URI.create(aws.endpoint()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(credentials)
                .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
                .build();
    }

    private static void refused(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }
}
