package dev.sallyport.provisioner.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.Role;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a role with a path may do in another account, on the AWS stand-in. */
class PermissionsTest {

    private static final String HOME = "111111111111";
    private static final String MEMBER = "222222222222";
    private static final RdsArn ORDERS = RdsArn.parse("arn:aws:rds:us-west-2:" + MEMBER + ":db:orders");
    private static final List<String> ACTIONS = List.of("rds:ModifyDBInstance", "ec2:CreateSecurityGroup");

    @TempDir
    private Path folder;

    private AwsStandIn aws;
    private StoredAwsAccess access;

    @BeforeEach
    void start() {
        Cloud cloud = new Cloud(
                folder,
                new Account(HOME, "home", "h@example.com"),
                List.of(new Account(MEMBER, "member", "m@example.com")));
        cloud.addAccessKey("AKIAEXAMPLEEXAMPLE01", Secret.of("a-secret-key"), "sallyport");
        cloud.identities().addRole(new Role(MEMBER, "/team/", "x", HOME, null));
        aws = new AwsStandIn(0, cloud);
        Map<String, Secret> keys = new AwsIdentitySource.StaticKeys(
                        "AKIAEXAMPLEEXAMPLE01", Secret.of("a-secret-key"), null, "us-west-2")
                .toEntries();
        AwsSettings settings = new AwsSettings(
                "team/x",
                Optional.empty(),
                "test",
                "aws",
                false,
                Optional.of(URI.create(aws.endpoint())),
                Duration.ofSeconds(30),
                2);
        access = new StoredAwsAccess(settings, () -> Optional.of(keys));
    }

    @AfterEach
    void stop() {
        access.close();
        aws.close();
    }

    @Test
    void aRoleWithAPathIsFoundAndItsDenialsAreNamed() {
        assertThat(denied()).contains(List.of());
        aws.cloud().deny("ec2:CreateSecurityGroup");
        assertThat(denied()).contains(List.of("ec2:CreateSecurityGroup"));
    }

    @Test
    void isUnknownWhenIamMayNotBeAskedForThePath() {
        aws.cloud().deny("iam:GetRole");
        assertThat(denied()).isEmpty();
    }

    private Optional<List<String>> denied() {
        return new Permissions(access).denied(ORDERS, "*", ACTIONS);
    }
}
