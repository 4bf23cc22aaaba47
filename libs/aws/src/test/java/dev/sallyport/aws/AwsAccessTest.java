package dev.sallyport.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.aws.AwsException.Kind;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clients against a small STS of our own: which calls are made, with whose credentials, and what failures become. */
class AwsAccessTest {

    private static final String KEY = "canary/secret/access/key";
    private static final AwsIdentitySource KEYS =
            new AwsIdentitySource.StaticKeys("AKIAIOSFODNN7EXAMPLE", Secret.of(KEY), null, "us-west-2");

    /** A call: the form's action and role, and the access key id that signed it. */
    private record Call(String action, String form, String authorization) {}

    private record Answer(int status, String body) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final AtomicReference<Answer> failure = new AtomicReference<>();
    private HttpServer server;
    private AwsSettings settings;

    @BeforeEach
    void startSts() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String form = URLDecoder.decode(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
            String action = form.replaceAll("(?s).*Action=(\\w+).*", "$1");
            calls.add(new Call(action, form, exchange.getRequestHeaders().getFirst("Authorization")));
            Answer answer = failure.get() == null ? new Answer(200, body(action)) : failure.get();
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/xml");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        settings = new AwsSettings(
                "Reach", Optional.of("ext-7"), "tests", "aws", false, Optional.of(endpoint), Duration.ofSeconds(10), 1);
    }

    @AfterEach
    void stopSts() {
        server.stop(0);
    }

    @Test
    void asksForItsIdentityOnce() {
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            access.identity();

            AwsAccess.Identity identity = access.identity();

            assertThat(identity.accountId()).isEqualTo("111111111111");
            assertThat(calls).hasSize(1);
        }
    }

    @Test
    void takesOnTheRoleInAnotherAccountAndCallsWithItsCredentials() {
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            AwsClients other = access.of(RdsArn.parse("arn:aws:rds:eu-west-1:222222222222:db:orders"));

            other.sts().getCallerIdentity();

            assertThat(calls)
                    .extracting(Call::action)
                    .containsExactly("GetCallerIdentity", "AssumeRole", "GetCallerIdentity");
            assertThat(calls.get(1).form())
                    .contains(
                            "RoleArn=arn:aws:iam::222222222222:role/Reach",
                            "ExternalId=ext-7",
                            "RoleSessionName=tests");
            assertThat(calls.get(2).authorization())
                    .contains("Credential=ASIAASSUMED")
                    .contains("/eu-west-1/");
        }
    }

    @Test
    void usesItsOwnCredentialsInItsOwnAccount() {
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            AwsClients ours = access.account("111111111111");

            ours.sts().getCallerIdentity();

            assertThat(calls).extracting(Call::action).containsOnly("GetCallerIdentity");
            assertThat(access.account("111111111111")).isSameAs(ours);
        }
    }

    @Test
    void takesOnARoleWithAPathInAnotherPartition() {
        AwsSettings china = new AwsSettings(
                "teams/data/Reach",
                Optional.empty(),
                "tests",
                "aws-cn",
                false,
                settings.endpointOverride(),
                Duration.ofSeconds(10),
                1);
        AwsIdentitySource keys =
                new AwsIdentitySource.StaticKeys("AKIAIOSFODNN7EXAMPLE", Secret.of(KEY), null, "cn-north-1");
        try (AwsAccess access = new AwsAccess(china, keys)) {
            access.account("222222222222").sts().getCallerIdentity();

            assertThat(calls.get(1).form()).contains("RoleArn=arn:aws-cn:iam::222222222222:role/teams/data/Reach");
            assertThat(calls.get(2).authorization()).contains("/cn-north-1/");
        }
    }

    @Test
    void refusesARegionOfAnotherPartition() {
        assertThatThrownBy(() -> new AwsAccess(
                        settings,
                        new AwsIdentitySource.StaticKeys(
                                "AKIAIOSFODNN7EXAMPLE", Secret.of(KEY), null, "us-gov-west-1")))
                .isInstanceOfSatisfying(
                        AwsException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_CONFIGURED))
                .hasMessageContaining("is in the partition aws-us-gov, and ours is aws");
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            assertThatThrownBy(() -> access.of(RdsArn.parse("arn:aws-cn:rds:cn-north-1:222222222222:db:orders")))
                    .isInstanceOfSatisfying(
                            AwsException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
        }
        assertThat(AwsSettings.partitionOf("cn-northwest-1")).isEqualTo("aws-cn");
        assertThat(AwsSettings.partitionOf("eu-central-2")).isEqualTo("aws");
    }

    @Test
    void replacesASessionThatIsTooOldOnceAndNotOurOwn() {
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            access.identity();
            failure.set(new Answer(403, error("ExpiredToken")));

            assertThatThrownBy(() -> access.calling(
                            "111111111111",
                            "us-west-2",
                            "sts:GetCallerIdentity",
                            aws -> aws.sts().getCallerIdentity()))
                    .hasMessageContaining("expired");
            assertThat(calls).hasSize(2);
            calls.clear();
            failure.set(null);
            access.account("222222222222").sts().getCallerIdentity();
            failure.set(new Answer(403, error("ExpiredToken")));

            assertThatThrownBy(() -> access.calling(
                            "222222222222",
                            "us-west-2",
                            "sts:GetCallerIdentity",
                            aws -> aws.sts().getCallerIdentity()))
                    .hasMessageContaining("expired");
            assertThat(calls)
                    .extracting(Call::action)
                    .containsExactly("AssumeRole", "GetCallerIdentity", "GetCallerIdentity", "AssumeRole");
        }
    }

    @Test
    void saysThatItWasTheRoleWhichItCouldNotTakeOn() {
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            access.identity();
            failure.set(new Answer(403, error("AccessDenied")));

            assertThatThrownBy(() -> access.calling(
                            "222222222222",
                            "us-west-2",
                            "rds:DescribeDBInstances",
                            aws -> aws.rds().describeDBInstances()))
                    .isInstanceOfSatisfying(
                            AwsException.class, e -> assertThat(e.operation()).isEqualTo("sts:AssumeRole"))
                    .hasMessageContaining("trust policy");
        }
    }

    @Test
    void turnsErrorsIntoASmallSetOfKindsWithoutQuotingWhatWasSigned() {
        Map<String, Kind> kinds = Map.of(
                "AccessDenied", Kind.DENIED,
                "ExpiredToken", Kind.EXPIRED,
                "InvalidClientTokenId", Kind.BAD_CREDENTIALS,
                "SignatureDoesNotMatch", Kind.BAD_CREDENTIALS,
                "Throttling", Kind.THROTTLED,
                "DBInstanceNotFound", Kind.NOT_FOUND,
                "InvalidDBInstanceState", Kind.CONFLICT,
                "ValidationError", Kind.INVALID);
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            kinds.forEach((code, kind) -> {
                failure.set(new Answer(
                        400,
                        "<ErrorResponse><Error><Code>" + code + "</Code><Message>canonical " + KEY
                                + "</Message></Error></ErrorResponse>"));

                assertThatThrownBy(access::askIdentity).isInstanceOfSatisfying(AwsException.class, e -> {
                    assertThat(e.kind()).as(code).isEqualTo(kind);
                    assertThat(e.operation()).isEqualTo("sts:GetCallerIdentity");
                    assertThat(e).hasNoCause();
                    if (kind == Kind.BAD_CREDENTIALS || kind == Kind.EXPIRED) {
                        assertThat(e).hasMessageNotContaining(KEY);
                    }
                });
            });
        }
    }

    @Test
    void callsAFailureOfAwsItselfTransient() {
        failure.set(new Answer(503, ""));
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            assertThatThrownBy(access::identity)
                    .isInstanceOfSatisfying(
                            AwsException.class,
                            e -> assertThat(e.transientFailure()).isTrue());
        }
    }

    @Test
    void saysThatAwsCannotBeReached() {
        server.stop(0);
        try (AwsAccess access = new AwsAccess(settings, KEYS)) {
            assertThatThrownBy(access::identity)
                    .isInstanceOfSatisfying(
                            AwsException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
        }
    }

    @Test
    void refusesTheInstanceRoleUnlessItIsAllowed() {
        assertThatThrownBy(() -> new AwsAccess(settings, new AwsIdentitySource.InstanceRole("us-west-2")))
                .isInstanceOfSatisfying(
                        AwsException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_CONFIGURED))
                .hasMessageContaining("INTEGRATION_AWS_INSTANCE_ROLE_ALLOW=true");
    }

    @Test
    void followsTheStoredCredentials() {
        AtomicReference<Optional<Map<String, Secret>>> stored = new AtomicReference<>(Optional.empty());
        try (StoredAwsAccess access = new StoredAwsAccess(settings, stored::get)) {
            assertThatThrownBy(access::current).hasMessageContaining("no AWS access is stored");

            stored.set(Optional.of(KEYS.toEntries()));
            AwsAccess first = access.current();

            assertThat(access.current()).isSameAs(first);
            stored.set(Optional.of(
                    new AwsIdentitySource.StaticKeys("AKIAIOSFODNN8EXAMPLE", Secret.of(KEY), null, "us-east-1")
                            .toEntries()));
            assertThat(access.current()).isNotSameAs(first);
            assertThat(access.current().region()).isEqualTo("us-east-1");
        }
    }

    @Test
    void keepsAnIdentitySourceInASecretAndPrintsNoneOfIt() {
        AwsIdentitySource source = new AwsIdentitySource.StaticKeys(
                "AKIAIOSFODNN7EXAMPLE", Secret.of(KEY), Secret.of("token"), "us-west-2");

        assertThat(AwsIdentitySource.ofEntries(source.toEntries())).isEqualTo(source);
        assertThat(AwsIdentitySource.ofEntries(Map.of("REGION", Secret.of("us-west-2"))))
                .isEqualTo(new AwsIdentitySource.InstanceRole("us-west-2"));
        assertThat(source.toString()).doesNotContain(KEY, "AKIA", "token=");
    }

    @Test
    void refusesSettingsOfAnotherForm() {
        assertThatThrownBy(() -> AwsSettings.checkRegion("us-west-2.evil.example/"))
                .hasMessageContaining("no AWS region");
        assertThatThrownBy(() -> AwsSettings.checkAccount("12345")).hasMessageContaining("no AWS account id");
        assertThatThrownBy(() -> new AwsSettings(
                        "/a", Optional.empty(), "tests", "aws", false, Optional.empty(), Duration.ofSeconds(1), 1))
                .hasMessageContaining("role name");
    }

    private static String error(String code) {
        return "<ErrorResponse><Error><Code>" + code + "</Code><Message>no</Message></Error></ErrorResponse>";
    }

    private static String body(String action) {
        return switch (action) {
            case "GetCallerIdentity" ->
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account>"
                        + "<Arn>arn:aws:iam::111111111111:user/sallyport</Arn><UserId>AIDA</UserId>"
                        + "</GetCallerIdentityResult></GetCallerIdentityResponse>";
            case "AssumeRole" ->
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId>"
                        + "<SecretAccessKey>k</SecretAccessKey><SessionToken>t</SessionToken>"
                        + "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
            default -> throw new IllegalArgumentException(action);
        };
    }
}
