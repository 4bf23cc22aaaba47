package dev.sallyport.cli.ssm.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.cli.ssm.SsmCarrier;
import dev.sallyport.cli.ssm.SsmListener;
import dev.sallyport.cli.ssm.SsmSettings;
import dev.sallyport.cli.ssm.SsmTicket;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.cli.ssm.channel.Timing;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.IdentityCenter;
import dev.sallyport.sandbox.aws.session.EcsTask;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ssoadmin.SsoAdminClient;
import software.amazon.awssdk.services.ssoadmin.model.PrincipalType;
import software.amazon.awssdk.services.ssoadmin.model.TargetType;

/** Signing in to the portal of the stand-in, as the person of a grant whose permission set is there, or not yet. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SignInIT {

    private static final String HOME = "111122223333";
    private static final String ACCOUNT = "222233334444";
    private static final String REGION = "eu-west-1";
    private static final String TASK_ID = "0123456789abcdef0123456789abcdef";
    private static final String GRANT = "gra_2qZQYz0V3cXnJ0pW8bT5mH1kL7e";

    /** Of the form that the broker gives a grant. */
    private static final String POLICY = """
            {"Version": "2012-10-17", "Statement": [
             {"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "arn:aws:ecs:eu-west-1:222233334444:task/sallyport/*",
              "Condition": {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"},
                            "StringEquals": {"aws:ResourceTag/sallyport:proxy": "default"}}},
             {"Effect": "Allow", "Action": "ssm:StartSession",
              "Resource": "arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSession",
              "Condition": {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}},
             {"Effect": "Allow", "Action": ["ssm:TerminateSession", "ssm:ResumeSession"],
              "Resource": "arn:aws:ssm:eu-west-1:222233334444:session/*",
              "Condition": {"StringEquals": {"ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}"}}}]}
            """;

    @TempDir
    private Path folder;

    private final BlockingQueue<String> codes = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> waits = new LinkedBlockingQueue<>();
    private final SsmListener listener = new SsmListener() {
        @Override
        public void signInAt(URI page, String code, Instant until) {
            assertThat(page.toString()).endsWith("/device?user_code=" + code);
            codes.add(code);
        }

        @Override
        public void waiting(String forWhat) {
            waits.add(forWhat);
        }
    };

    private AwsStandIn aws;
    private IdentityCenter center;
    private ServerSocket port;

    @BeforeEach
    void start() throws IOException {
        Cloud cloud = new Cloud(
                folder.resolve("cloud"),
                new Account(HOME, "management", "aws@example.com"),
                List.of(
                        new Account(ACCOUNT, "proxy", "p@example.com"),
                        new Account("333344445555", "other", "o@example.com")));
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        aws = new AwsStandIn(0, cloud);
        center = cloud.identityCenter();
        center.provisioningTime(Duration.ofMillis(100));
        center.addUser("alice", "Alice", "alice@example.com");
        center.addUser("bob", "Bob", "bob@example.com");
        port = new ServerSocket(0);
        task("sallyport", "default");
        Thread.ofVirtual().start(() -> {
            while (!port.isClosed()) {
                try (Socket socket = port.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    // Closed.
                }
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        port.close();
        aws.close();
    }

    @Test
    void opensTheWayAsThePersonWhoConfirmedTheCode() throws Exception {
        assign(GRANT);
        answerCodes("alice");

        try (SsmCarrier carrier = open(ticket());
                Socket socket = new Socket(
                        carrier.address().getAddress(), carrier.address().getPort())) {
            socket.getOutputStream().write(42);
            assertThat(socket.getInputStream().read()).isEqualTo(42);
        }

        assertThat(aws.cloud().sessionManager().sessions().getLast().endedAt()).isPresent();
        assertThat(aws.cloud().sessionManager().sessions().getLast().owner())
                .matches("arn:aws:sts::" + ACCOUNT + ":assumed-role/AWSReservedSSO_" + GRANT + "_[0-9a-f]{16}/alice");
    }

    @Test
    void asksNobodyTwice() {
        assign(GRANT);
        answerCodes("alice");
        open(ticket()).close();

        open(ticket()).close();

        assertThat(codes).hasSize(1);
    }

    @Test
    void keepsTheSignInWhereTheAwsCliLooksForItAndNobodyElseCan() throws IOException {
        assign(GRANT);
        answerCodes("alice");
        open(ticket()).close();

        Path kept = new TokenCache(folder.resolve("cache")).file(URI.create(center.startUrl()));
        assertThat(kept.getFileName().toString()).matches("[0-9a-f]{40}\\.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(kept))
                .contains(
                        "\"startUrl\":\"" + center.startUrl() + "\"",
                        "\"accessToken\"",
                        "\"expiresAt\"",
                        "\"refreshToken\"");
    }

    @Test
    void renewsASignInThatIsTooOldWithoutAsking() {
        assign(GRANT);
        answerCodes("alice");
        aws.cloud().portalSignIns().tokenLife(Duration.ofSeconds(30));
        open(ticket()).close();

        open(ticket()).close();

        assertThat(codes).hasSize(1);
    }

    @Test
    void asksAgainWhenTheSignInWasEndedElsewhere() {
        assign(GRANT);
        answerCodes("alice");
        open(ticket()).close();
        aws.cloud().portalSignIns().signOutAll();

        open(ticket()).close();

        assertThat(codes).hasSize(2);
    }

    @Test
    void introducesItselfAnewToAnIdentityCenterThatHasForgottenIt() throws IOException {
        assign(GRANT);
        answerCodes("alice");
        open(ticket()).close();
        Path kept = new TokenCache(folder.resolve("cache")).file(URI.create(center.startUrl()));
        String text = Files.readString(kept);
        Files.writeString(kept, text.replaceAll("\"clientId\":\"[^\"]*\"", "\"clientId\":\"forgotten\""));
        aws.cloud().portalSignIns().signOutAll();

        open(ticket()).close();

        assertThat(codes).hasSize(2);
        assertThat(Files.readString(kept)).doesNotContain("forgotten");
    }

    @Test
    void waitsForARoleThatAppearsLater() {
        center.provisioningTime(Duration.ofSeconds(2));
        begin(GRANT);
        answerCodes("alice");

        open(ticket()).close();

        assertThat(waits).contains("the grant's role to appear in AWS");
    }

    @Test
    void saysThatTheRoleIsNotForThisPerson() {
        assign(GRANT);
        answerCodes("bob");

        refused(ticket(), "did you sign in to AWS as the person it is for?");
    }

    @Test
    void saysThatTheSignInWasRefused() {
        Thread.ofVirtual().start(() -> aws.cloud().portalSignIns().deny(nextCode()));

        refused(ticket(), "the sign-in to AWS was refused in the browser");
    }

    @Test
    void saysThatNobodyConfirmedTheCodeInTime() {
        aws.cloud().portalSignIns().codeLife(Duration.ofSeconds(3));

        refused(ticket(), "nobody confirmed the sign-in to AWS in time");
    }

    @Test
    void slowsDownWhenItIsToldTo() {
        assign(GRANT);
        aws.cloud().portalSignIns().hiddenInterval(Duration.ofSeconds(1));
        Thread.ofVirtual().start(() -> {
            String code = nextCode();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> aws.cloud().portalSignIns().slowDowns() > 0);
            aws.cloud().portalSignIns().approve(code, "alice");
        });

        open(ticket()).close();

        assertThat(aws.cloud().portalSignIns().slowDowns()).isBetween(1, 2);
    }

    @Test
    void saysThatThePortalIsNotTheRightOne() {
        SsmTicket wrong = new SsmTicket(
                ACCOUNT,
                REGION,
                target("sallyport"),
                "AWS-StartPortForwardingSession",
                8080,
                GRANT,
                Optional.of(URI.create("https://other.awsapps.com/start")),
                Optional.of("us-east-1"));

        refused(wrong, "are portal and region right?");
    }

    @Test
    void thePolicyLetsInToTheProxysTasksByThisDocumentAndNowhereElse() {
        assign(GRANT);
        answerCodes("alice");
        task("elsewhere", "default");
        task("sallyport-untagged", "other");

        open(ticket()).close();
        refused(
                ticket(target("elsewhere"), "AWS-StartPortForwardingSession", ACCOUNT),
                "is not authorized to perform: ssm:StartSession");
        refused(ticket(target("sallyport-untagged"), "AWS-StartPortForwardingSession", ACCOUNT), "is not authorized");
        refused(ticket(target("sallyport"), "SSM-SessionManagerRunShell", ACCOUNT), "is not authorized");
        refused(
                ticket(target("sallyport"), "AWS-StartPortForwardingSessionToRemoteHost", ACCOUNT),
                "is not authorized");
        refused(
                ticket(target("sallyport"), "AWS-StartPortForwardingSession", "333344445555"),
                "does not give you the role");
    }

    private SsmCarrier open(SsmTicket ticket) {
        SsmSettings settings = new SsmSettings(
                Optional.of(URI.create(aws.endpoint())),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Timing.DEFAULT);
        return SsmCarrier.open(ticket, AwsSignIn.identityCenter(folder.resolve("cache")), settings, listener);
    }

    private void refused(SsmTicket ticket, String why) {
        assertThatExceptionOfType(SsmFailure.class)
                .isThrownBy(() -> open(ticket))
                .withMessageContaining(why)
                .matches(failure -> !failure.isPassing());
    }

    /** Whoever is asked for a code is this user. */
    private void answerCodes(String user) {
        Thread.ofVirtual().start(() -> {
            while (!port.isClosed()) {
                aws.cloud().portalSignIns().approve(nextCode(), user);
            }
        });
    }

    private String nextCode() {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !aws.cloud().portalSignIns().waiting().isEmpty() || port.isClosed());
        List<String> waiting = aws.cloud().portalSignIns().waiting();
        return waiting.isEmpty() ? "" : waiting.getFirst();
    }

    private void task(String cluster, String proxy) {
        aws.cloud()
                .sessionManager()
                .addTask(new EcsTask(
                        ACCOUNT,
                        REGION,
                        cluster,
                        TASK_ID,
                        TASK_ID + "-0123456789",
                        Map.of("sallyport:proxy", proxy),
                        Map.of(8080, port.getLocalPort())));
    }

    private static String target(String cluster) {
        return "ecs:" + cluster + "_" + TASK_ID + "_" + TASK_ID + "-0123456789";
    }

    private SsmTicket ticket() {
        return ticket(target("sallyport"), "AWS-StartPortForwardingSession", ACCOUNT);
    }

    private SsmTicket ticket(String target, String document, String account) {
        return new SsmTicket(
                account,
                REGION,
                target,
                document,
                8080,
                GRANT,
                Optional.of(URI.create(center.startUrl())),
                Optional.of(center.region()));
    }

    /** Alice is given the permission set in the account, and has it. */
    private void assign(String permissionSet) {
        begin(permissionSet);
        await().until(() -> center.assumable(
                        ACCOUNT,
                        permissionSet,
                        center.userNamed("alice").orElseThrow().userId())
                .isPresent());
    }

    private void begin(String permissionSet) {
        AwsCredentials ours = AwsBasicCredentials.create("AKIASALLYPORT1", "right-secret");
        try (SsoAdminClient admin = SsoAdminClient.builder()
                .endpointOverride(URI.create(aws.endpoint()))
                .region(Region.of(center.region()))
                .credentialsProvider(StaticCredentialsProvider.create(ours))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            String arn = admin.createPermissionSet(
                            set -> set.instanceArn(center.instanceArn()).name(permissionSet))
                    .permissionSet()
                    .permissionSetArn();
            admin.putInlinePolicyToPermissionSet(policy -> policy.instanceArn(center.instanceArn())
                    .permissionSetArn(arn)
                    .inlinePolicy(POLICY));
            admin.createAccountAssignment(assignment -> assignment
                    .instanceArn(center.instanceArn())
                    .permissionSetArn(arn)
                    .targetType(TargetType.AWS_ACCOUNT)
                    .targetId(ACCOUNT)
                    .principalType(PrincipalType.USER)
                    .principalId(center.userNamed("alice").orElseThrow().userId()));
        }
    }
}
