package dev.sallyport.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.identitystore.IdentitystoreClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.ssoadmin.SsoAdminClient;
import software.amazon.awssdk.services.ssoadmin.model.AccountAssignmentOperationStatus;
import software.amazon.awssdk.services.ssoadmin.model.ConflictException;
import software.amazon.awssdk.services.ssoadmin.model.CreatePermissionSetRequest;
import software.amazon.awssdk.services.ssoadmin.model.PrincipalType;
import software.amazon.awssdk.services.ssoadmin.model.SsoAdminException;
import software.amazon.awssdk.services.ssoadmin.model.StatusValues;
import software.amazon.awssdk.services.ssoadmin.model.Tag;
import software.amazon.awssdk.services.ssoadmin.model.TargetType;
import software.amazon.awssdk.services.ssoadmin.model.ValidationException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** The real SDK against the stand-in of IAM Identity Center. */
class IdentityCenterTest {

    private static final String HOME = "111111111111";
    private static final String MEMBER = "222222222222";
    private static final AwsCredentials OURS = AwsBasicCredentials.create("AKIASALLYPORT1", "right-secret");
    private static final String POLICY =
            "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"ssm:*\", \"Resource\": \"*\"}]}";

    @TempDir
    private Path folder;

    private AwsStandIn aws;
    private IdentityCenter center;
    private StoreUser alice;

    @BeforeEach
    void start() {
        Cloud cloud = new Cloud(
                folder,
                new Account(HOME, "management", "aws@example.com"),
                List.of(new Account(MEMBER, "orders", "orders@example.com")));
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        aws = new AwsStandIn(0, cloud);
        center = cloud.identityCenter();
        center.provisioningTime(Duration.ofMillis(100));
        alice = center.addUser("alice", "Alice", "alice@example.com");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void anAssignmentBecomesARoleInTheAccountAfterAWhile() {
        String set = create("gra_1");
        sso().putInlinePolicyToPermissionSet(
                        r -> r.instanceArn(instance()).permissionSetArn(set).inlinePolicy(POLICY));

        AccountAssignmentOperationStatus begun = assign(set, MEMBER, alice.userId());

        assertThat(begun.status()).isEqualTo(StatusValues.IN_PROGRESS);
        assertThat(center.rolesOf(alice.userId())).isEmpty();
        assertThat(outcome(begun).status()).isEqualTo(StatusValues.SUCCEEDED);
        assertThat(center.assumable(MEMBER, "gra_1", alice.userId())).hasValueSatisfying(role -> {
            assertThat(role.name()).matches("AWSReservedSSO_gra_1_[0-9a-f]{16}");
            assertThat(role.inlinePolicy()).isEqualTo(POLICY);
            assertThat(role.sessionDuration()).isEqualTo(Duration.ofHours(2));
        });
        assertThat(sso().listAccountAssignments(r ->
                                r.instanceArn(instance()).permissionSetArn(set).accountId(MEMBER))
                        .accountAssignments())
                .singleElement()
                .satisfies(one -> assertThat(one.principalId()).isEqualTo(alice.userId()));
        assertThat(sso().listAccountsForProvisionedPermissionSet(
                                r -> r.instanceArn(instance()).permissionSetArn(set))
                        .accountIds())
                .containsExactly(MEMBER);
    }

    @Test
    void aChangedPolicyReachesTheAccountWhenItIsProvisioned() {
        String set = create("gra_1");
        outcome(assign(set, MEMBER, alice.userId()));
        sso().putInlinePolicyToPermissionSet(
                        r -> r.instanceArn(instance()).permissionSetArn(set).inlinePolicy(POLICY));
        assertThat(center.rolesOf(alice.userId()).getFirst().inlinePolicy()).isEmpty();

        sso().provisionPermissionSet(r ->
                r.instanceArn(instance()).permissionSetArn(set).targetId(MEMBER).targetType("AWS_ACCOUNT"));

        await().untilAsserted(() -> assertThat(
                        center.rolesOf(alice.userId()).getFirst().inlinePolicy())
                .isEqualTo(POLICY));
    }

    @Test
    void anAccountDoesOneThingAtATime() {
        String first = create("gra_1");
        String second = create("gra_2");
        AccountAssignmentOperationStatus begun = assign(first, MEMBER, alice.userId());

        refused("ConflictException", () -> assign(second, MEMBER, alice.userId()));

        outcome(begun);
        assertThat(outcome(assign(second, MEMBER, alice.userId())).status()).isEqualTo(StatusValues.SUCCEEDED);
    }

    @Test
    void anAccountOrPersonThatIsNotThereFailsLater() {
        String set = create("gra_1");

        assertThat(outcome(assign(set, "999999999999", alice.userId())).failureReason())
                .contains("404", "999999999999");
        assertThat(outcome(assign(set, MEMBER, "9067642ac7-11111111-2222-3333-4444-555555555555"))
                        .failureReason())
                .contains("404", "Principal");
    }

    @Test
    void aSetIsNotDeletedWhileItIsAssignedAndItsRoleGoesWithTheLastAssignment() {
        String set = create("gra_1");
        outcome(assign(set, MEMBER, alice.userId()));
        AwsCredentials session = session("gra_1");
        assertThat(client(StsClient.builder(), session).getCallerIdentity().arn())
                .contains("AWSReservedSSO_gra_1_");
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> delete(set));

        String request = sso().deleteAccountAssignment(r -> r.instanceArn(instance())
                        .permissionSetArn(set)
                        .targetId(MEMBER)
                        .targetType(TargetType.AWS_ACCOUNT)
                        .principalType(PrincipalType.USER)
                        .principalId(alice.userId()))
                .accountAssignmentDeletionStatus()
                .requestId();
        await().until(() -> sso().describeAccountAssignmentDeletionStatus(
                                r -> r.instanceArn(instance()).accountAssignmentDeletionRequestId(request))
                        .accountAssignmentDeletionStatus()
                        .status()
                == StatusValues.SUCCEEDED);

        delete(set);
        assertThat(center.permissionSetNames()).isEmpty();
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> client(StsClient.builder(), session).getCallerIdentity())
                .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidClientTokenId"));
        refused("ResourceNotFoundException", () -> delete(set));
    }

    @Test
    void aPersonsSessionMayDoNothingElsewhere() {
        outcome(assign(create("gra_1"), MEMBER, alice.userId()));

        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(() -> client(RdsClient.builder(), session("gra_1")).describeDBInstances())
                .satisfies(e -> assertThat(code(e)).isEqualTo("AccessDenied"));
    }

    @Test
    void aNameIsGivenOnce() {
        create("gra_1");

        refused("ConflictException", () -> create("gra_1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "has space", "a-name-that-is-one-longer-than-32"})
    void refusesANameThatIsNone(String name) {
        refused("ValidationException", () -> create(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT59M", "PT12H1S", "1h", "P1D"})
    void refusesASessionDurationOutOfItsBounds(String duration) {
        refused("ValidationException", () -> create(r -> r.name("gra_1").sessionDuration(duration)));
    }

    @Test
    void refusesAPolicyThatIsNoneOrTooLarge() {
        String set = create("gra_1");

        refused("ValidationException", () -> put(set, "{\"Version\": \"2012-10-17\"}"));
        refused("ServiceQuotaExceededException", () -> put(set, POLICY.replace("ssm:*", "ssm:" + "x".repeat(10_240))));
    }

    @Test
    void tagsAreKeptAndTheirBoundsToo() {
        String set = create(r -> r.name("gra_1").tags(tag("sallyport:grant", "gra_1")));
        sso().tagResource(r -> r.instanceArn(instance()).resourceArn(set).tags(tag("team", "red")));

        assertThat(sso().listTagsForResource(r -> r.instanceArn(instance()).resourceArn(set))
                        .tags())
                .containsExactly(tag("sallyport:grant", "gra_1"), tag("team", "red"));
        refused(
                "ValidationException",
                () -> sso().tagResource(
                                r -> r.instanceArn(instance()).resourceArn(set).tags(tag("aws:x", "y"))));
    }

    @Test
    void listsArePaged() {
        for (int i = 0; i < 5; i++) {
            create("set-" + i);
        }

        assertThat(sso().listPermissionSetsPaginator(
                                r -> r.instanceArn(instance()).maxResults(2))
                        .permissionSets())
                .hasSize(5);
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() ->
                        sso().listPermissionSets(r -> r.instanceArn(instance()).maxResults(101)));
    }

    @Test
    void findsAPersonByMailAndByNameAndListsByNameOnly() {
        IdentitystoreClient store = client(IdentitystoreClient.builder(), OURS);

        assertThat(store.getUserId(r -> r.identityStoreId(center.identityStoreId())
                                .alternateIdentifier(id -> id.uniqueAttribute(a -> a.attributePath("emails.value")
                                        .attributeValue(software.amazon.awssdk.core.document.Document.fromString(
                                                "Alice@example.com")))))
                        .userId())
                .isEqualTo(alice.userId());
        assertThat(store.listUsers(r -> r.identityStoreId(center.identityStoreId())
                                .filters(f -> f.attributePath("UserName").attributeValue("alice")))
                        .users())
                .singleElement()
                .satisfies(user -> assertThat(user.emails().getFirst().value()).isEqualTo("alice@example.com"));
        assertThatExceptionOfType(software.amazon.awssdk.services.identitystore.model.ResourceNotFoundException.class)
                .isThrownBy(() -> store.describeUser(r -> r.identityStoreId(center.identityStoreId())
                        .userId("9067642ac7-11111111-2222-3333-4444-555555555555")));
    }

    @Test
    void otherRegionsAndUnknownInstancesAreRefused() {
        refused(
                "AccessDeniedException",
                () -> client(SsoAdminClient.builder(), OURS, Region.EU_WEST_1).listInstances(r -> {}));
        refused(
                "ResourceNotFoundException",
                () -> sso().listPermissionSets(r -> r.instanceArn("arn:aws:sso:::instance/ssoins-0000000000000000")));
    }

    @Test
    void whatGoesWrongOnPurposeIsToldAsAwsTellsIt() {
        aws.cloud().faults().conflict("sso:CreatePermissionSet", 1);
        refused("ConflictException", () -> create("gra_1"));
        assertThat(center.permissionSetNames()).isEmpty();

        aws.cloud().faults().loseAnswers("sso:CreatePermissionSet", 1);
        // The SDK tries again by itself.
        refused("ConflictException", () -> create("gra_1"));
        assertThat(center.permissionSetNames()).containsExactly("gra_1");
    }

    @Test
    void allOfItOutlivesARestartAndWhatWasUnderWayEnds() {
        AccountAssignmentOperationStatus begun = assign(create("gra_1"), MEMBER, alice.userId());
        stop();
        start();

        assertThat(outcome(begun).status()).isEqualTo(StatusValues.SUCCEEDED);
        assertThat(center.rolesOf(alice.userId())).hasSize(1);
    }

    private String create(String name) {
        return create(r -> r.name(name).sessionDuration("PT2H"));
    }

    private String create(Consumer<CreatePermissionSetRequest.Builder> request) {
        return sso().createPermissionSet(r -> request.accept(r.instanceArn(instance())))
                .permissionSet()
                .permissionSetArn();
    }

    private void put(String set, String policy) {
        sso().putInlinePolicyToPermissionSet(
                        r -> r.instanceArn(instance()).permissionSetArn(set).inlinePolicy(policy));
    }

    private void delete(String set) {
        sso().deletePermissionSet(r -> r.instanceArn(instance()).permissionSetArn(set));
    }

    private AccountAssignmentOperationStatus assign(String set, String account, String user) {
        return sso().createAccountAssignment(r -> r.instanceArn(instance())
                        .permissionSetArn(set)
                        .targetId(account)
                        .targetType(TargetType.AWS_ACCOUNT)
                        .principalType(PrincipalType.USER)
                        .principalId(user))
                .accountAssignmentCreationStatus();
    }

    private AccountAssignmentOperationStatus outcome(AccountAssignmentOperationStatus begun) {
        return await().until(
                        () -> sso().describeAccountAssignmentCreationStatus(r ->
                                        r.instanceArn(instance()).accountAssignmentCreationRequestId(begun.requestId()))
                                .accountAssignmentCreationStatus(),
                        status -> status.status() != StatusValues.IN_PROGRESS);
    }

    private AwsCredentials session(String permissionSet) {
        ReservedRole role =
                center.assumable(MEMBER, permissionSet, alice.userId()).orElseThrow();
        Credential session =
                aws.cloud().identities().session(role.role(center.region()), "alice", role.sessionDuration());
        return AwsSessionCredentials.create(
                session.accessKeyId(),
                session.secretAccessKey().reveal(),
                java.util.Objects.requireNonNull(session.sessionToken()).reveal());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private String instance() {
        return center.instanceArn();
    }

    private SsoAdminClient sso() {
        return client(SsoAdminClient.builder(), OURS);
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, AwsCredentials credentials) {
        return client(builder, credentials, Region.US_EAST_1);
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, AwsCredentials credentials, Region region) {
        return builder.endpointOverride(URI.create(aws.endpoint()))
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static void refused(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(SsoAdminException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(code(e)).isEqualTo(code));
    }

    private static String code(AwsServiceException e) {
        return e.awsErrorDetails().errorCode();
    }
}
