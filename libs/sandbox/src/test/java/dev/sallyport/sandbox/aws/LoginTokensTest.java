package dev.sallyport.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** Tokens of the AWS SDK, and what is done to them. */
class LoginTokensTest {

    private static final String ACCOUNT = "111111111111";
    private static final RdsArn ORDERS = RdsArn.parse("arn:aws:rds:us-west-2:" + ACCOUNT + ":db:orders");
    private static final AwsCredentials KEYS = AwsBasicCredentials.create("AKIAEXAMPLEEXAMPLE01", "the-secret-key");

    @TempDir
    private Path folder;

    private Cloud cloud;
    private DbInstance orders;

    @BeforeEach
    void start() {
        cloud = new Cloud(
                folder,
                new Account(ACCOUNT, "management", "m@example.com"),
                List.of(new Account("222222222222", "other", "o@example.com")));
        cloud.addAccessKey(KEYS.accessKeyId(), Secret.of(KEYS.secretAccessKey()), "sallyport");
        orders = new DbInstance(
                        ORDERS,
                        "postgres",
                        "18.1",
                        "db.example",
                        5432,
                        "master",
                        "shop",
                        Map.of(),
                        (user, password) -> {})
                .iamAuthentication(true);
        cloud.addInstance(orders);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Test
    void takesWhatTheSdkMakesForAQuarterOfAnHour() {
        String token = token();
        assertThat(refusal(token, Duration.ZERO)).isEmpty();
        assertThat(refusal(token, Duration.ofMinutes(14))).isEmpty();
        assertThat(refusal(token, Duration.ofMinutes(16))).contains("the token has expired");
        assertThat(refusal(token, Duration.ofMinutes(-6))).contains("the token is not valid yet");
    }

    @Test
    void refusesATokenForSomethingElse() {
        assertThat(refusal(token("db.example", 5432, "another", "us-west-2", KEYS)))
                .contains("the token is for the user another");
        assertThat(refusal(token("db.example", 5433, "master", "us-west-2", KEYS)))
                .contains("the token is for db.example:5433");
        assertThat(refusal(token("reader.example", 5432, "master", "us-west-2", KEYS)))
                .contains("the token is for reader.example:5432");
        assertThat(refusal(token("db.example", 5432, "master", "eu-west-1", KEYS)))
                .contains("the token is for the region eu-west-1");
    }

    @Test
    void refusesWhatWasTamperedWith() {
        String token = token();
        assertThat(refusal(token.replaceFirst("X-Amz-Expires=900", "X-Amz-Expires=899")))
                .contains("the token's signature is wrong");
        assertThat(refusal(token.replaceFirst("X-Amz-Expires=900", "X-Amz-Expires=90000")))
                .contains("the token lasts longer than 15 minutes");
        assertThat(refusal(token.replaceFirst("Action=connect", "Action=describe")))
                .contains("the token is not for a login");
        assertThat(refusal(token.replaceFirst("X-Amz-Signature=.{4}", "X-Amz-Signature=0000")))
                .contains("the token's signature is wrong");
        assertThat(refusal(token + "&DBUser=master"))
                .contains("the password is no token: its parameters are no pairs, each once");
        assertThat(refusal("a password")).contains("the password is no token: it is no presigned URL");
    }

    @Test
    void refusesWhoIsNotKnownOrNotAllowed() {
        assertThat(refusal(token(
                        "db.example", 5432, "master", "us-west-2", AwsBasicCredentials.create("AKIAUNKNOWN", "x"))))
                .contains("the token's access key is not known");
        cloud.deny("rds-db:connect");
        assertThat(refusal(token())).contains("arn:aws:iam::111111111111:user/sallyport may not rds-db:connect");
        cloud.allow("rds-db:connect");
        orders.iamAuthentication(false);
        assertThat(refusal(token())).contains("IAM database authentication is off");
    }

    @Test
    void takesASessionsTokenWhileTheSessionLastsAndInItsOwnAccountOnly() {
        Credential session = session(ACCOUNT);
        AwsCredentials own = sdk(session);
        String token = token("db.example", 5432, "master", "us-west-2", own);
        assertThat(refusal(token)).isEmpty();
        assertThat(refusal(token.replaceFirst("X-Amz-Security-Token=[^&]*", "X-Amz-Security-Token=another")))
                .contains("the token's signature is wrong");
        assertThat(refusal(token("db.example", 5432, "master", "us-west-2", sdk(session("222222222222")))))
                .contains("arn:aws:sts::222222222222:assumed-role/agent/test may not rds-db:connect");
        cloud.identities().expireSessions();
        assertThat(refusal(token)).contains("the credentials that signed the token have expired");
    }

    private Credential session(String account) {
        return cloud.identities().session(Role.trusting(ACCOUNT, account, "agent"), "test", Duration.ofHours(1));
    }

    private static AwsCredentials sdk(Credential session) {
        Secret sessionToken = session.sessionToken();
        assertThat(sessionToken).isNotNull();
        return AwsSessionCredentials.create(
                session.accessKeyId(), session.secretAccessKey().reveal(), sessionToken.reveal());
    }

    private Optional<String> refusal(String token) {
        return refusal(token, Duration.ZERO);
    }

    private Optional<String> refusal(String token, Duration later) {
        return cloud.loginTokens()
                .refusal(ORDERS, "master", token, Instant.now().plus(later));
    }

    private static String token() {
        return token("db.example", 5432, "master", "us-west-2", KEYS);
    }

    private static String token(String host, int port, String user, String region, AwsCredentials credentials) {
        return RdsUtilities.builder()
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build()
                .generateAuthenticationToken(
                        request -> request.hostname(host).port(port).username(user));
    }
}
