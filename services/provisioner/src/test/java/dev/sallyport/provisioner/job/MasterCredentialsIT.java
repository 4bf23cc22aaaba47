package dev.sallyport.provisioner.job;

import static dev.sallyport.provisioner.job.OneAccount.SINGLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.aws.AwsException;
import dev.sallyport.contracts.dbroles.ProvisionRequested.Master;
import dev.sallyport.contracts.dbroles.ProvisionRequested.MasterSource;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the master's credentials come from, on a real PostgreSQL over TLS and the AWS stand-in. */
class MasterCredentialsIT {

    private static final Duration LONG = Duration.ofSeconds(20);

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
    void resetsThePasswordWhenNothingElseLogsInAndUsesWhatIsStoredBehindThat() {
        assertThat(ensure(SINGLE, null)).isEqualTo("the password of master was reset");
        Login first = stored(SINGLE);
        assertThat(ensure(SINGLE, null)).isEqualTo("the known credentials of master log in");
        assertThat(ensure(SINGLE, of(MasterSource.STORED))).isEqualTo("the stored credentials of master log in");
        assertThat(stored(SINGLE)).isEqualTo(first);
        assertThat(modifications()).isEqualTo(1);
        assertThat(ensure(SINGLE, of(MasterSource.RESET))).isEqualTo("the password of master was reset");
        assertThat(stored(SINGLE)).isNotEqualTo(first);
        assertThat(accepts(stored(SINGLE))).isTrue();
    }

    @Test
    void aChangeThatDoesNotComeInTimeIsFinishedByTheNextJob() {
        account.cloud().modificationTime(Duration.ofSeconds(3));
        MasterCredentials impatient = account.master(Duration.ofMillis(100));
        assertThatExceptionOfType(StepFailure.class)
                .isThrownBy(() -> impatient.ensure(account.describe(SINGLE), account.endpoint(), null))
                .satisfies(e -> assertThat(e.passing()).isTrue())
                .withMessageContaining("it is stored as pending");
        Login staged = pending(SINGLE);
        assertThat(ensure(SINGLE, null)).isIn("the password of master was reset", "the new password of master logs in");
        assertThat(stored(SINGLE)).isEqualTo(staged);
        assertThat(account.secrets.pending(masterId(SINGLE))).isEmpty();
        assertThat(modifications()).isEqualTo(1);
    }

    @Test
    void aPasswordThatWasStagedButNeverAskedForIsAskedForByTheNextJob() {
        account.cloud().deny("rds:ModifyDBInstance");
        assertThatExceptionOfType(AwsException.class).isThrownBy(() -> ensure(SINGLE, null));
        Login staged = pending(SINGLE);
        account.cloud().allow("rds:ModifyDBInstance");
        assertThat(ensure(SINGLE, null)).isEqualTo("the password of master was reset");
        assertThat(stored(SINGLE)).isEqualTo(staged);
    }

    @Test
    void aPasswordThatWasSetButNotPublishedIsPublished() {
        account.secrets.stage(
                masterId(SINGLE),
                Credentials.entries(account.endpoint(), new Login("master", Credentials.newPassword())));
        account.server.execute(
                "postgres",
                "ALTER ROLE master PASSWORD '" + pending(SINGLE).password().reveal() + "'");
        assertThat(ensure(SINGLE, null)).isEqualTo("the new password of master logs in");
        assertThat(accepts(stored(SINGLE))).isTrue();
        assertThat(modifications()).isZero();
    }

    @Test
    void readsWhatRdsKeepsAtEachUseAndStoresNothingOfIt() {
        account.cloud().manageMasterPassword(SINGLE);
        assertThat(ensure(SINGLE, null)).isEqualTo("the known credentials of master log in");
        assertThat(ensure(SINGLE, of(MasterSource.RDS_MANAGED))).endsWith("logs in");
        Login login = accepted(SINGLE, null).orElseThrow();
        account.cloud().rotateMasterPassword(SINGLE);
        assertThat(accepts(login)).isTrue();
        assertThat(account.secrets.current(masterId(SINGLE))).isEmpty();
        assertThat(modifications()).isZero();
    }

    @Test
    void saysWhatToAllowWhenTheManagedSecretCannotBeRead() {
        account.cloud().manageMasterPassword(SINGLE);
        account.cloud().deny("secretsmanager:GetSecretValue");
        assertThatExceptionOfType(TargetException.class)
                .isThrownBy(() -> ensure(SINGLE, null))
                .withMessageContaining("secretsmanager:GetSecretValue")
                .withMessageContaining("allow it and kms:Decrypt");
        account.cloud().allow("secretsmanager:GetSecretValue");
        assertRefused(SINGLE, of(MasterSource.RESET), "choose rds-managed");
    }

    @Test
    void readsAReferenceAndNeverCopiesIt() {
        account.server.execute("postgres", "ALTER ROLE master PASSWORD 'from-elsewhere'");
        String arn = account.cloud()
                .secrets()
                .create(
                        OneAccount.ACCOUNT,
                        "us-west-2",
                        "prod/orders",
                        "{\"username\": \"master\", \"password\": \"from-elsewhere\"}");
        Master reference = new Master(MasterSource.REFERENCE, "aws-secrets-manager", "prod/orders");
        assertThat(ensure(SINGLE, reference)).isEqualTo("the secret prod/orders logs in");
        assertThat(account.secrets.current(masterId(SINGLE))).isEmpty();
        account.cloud().secrets().replace(arn, "{\"USER\": \"master\", \"PASSWORD\": \"another\"}");
        assertRefused(SINGLE, reference, "the database does not accept what is in the secret prod/orders");
        account.cloud().secrets().replace(arn, "canary-no-json");
        assertThatExceptionOfType(TargetException.class)
                .isThrownBy(() -> ensure(SINGLE, reference))
                .withMessage(
                        "the secret prod/orders cannot be read: secretsmanager:GetSecretValue: the secret prod/orders is no JSON object"
                                + " such as {\"password\": \"…\"}");
        assertThat(modifications()).isZero();
    }

    @Test
    void refusesASourceThatIsNotThere() {
        assertRefused(SINGLE, of(MasterSource.STORED), "no stored credentials of master log in");
        assertRefused(SINGLE, of(MasterSource.RDS_MANAGED), "RDS keeps no master password of the instance");
        assertRefused(SINGLE, of(MasterSource.IAM), "IAM database authentication is off");
        assertRefused(SINGLE, new Master(MasterSource.REFERENCE, null, null), "names a provider and a secret");
        assertThat(modifications()).isZero();
    }

    @Test
    void logsInWithATokenOfIam() {
        tokens();
        assertThat(ensure(OneAccount.TOKENS, of(MasterSource.IAM)))
                .isEqualTo("a token of IAM database authentication logs in as master");
        Login login = accepted(OneAccount.TOKENS, of(MasterSource.IAM)).orElseThrow();
        assertThat(accepts(login)).isTrue();
        assertThat(account.rds.refusals()).isEmpty();
        assertThat(account.secrets.current(masterId(OneAccount.TOKENS))).isEmpty();
        assertThat(modifications()).isZero();
    }

    @Test
    void saysInTheServersWordsWhyATokenIsRefused() {
        tokens();
        String pam = "FATAL: PAM authentication failed for user \"master\"";
        account.clockAhead = Duration.ofMinutes(16);
        assertRefused(OneAccount.TOKENS, of(MasterSource.IAM), pam);
        account.clockAhead = Duration.ZERO;
        account.cloud().deny("rds-db:connect");
        assertRefused(OneAccount.TOKENS, of(MasterSource.IAM), "allow the agent rds-db:connect as that user");
        account.cloud().allow("rds-db:connect");
        assertThat(account.rds.refusals())
                .containsExactly(
                        "the token has expired",
                        "arn:aws:iam::" + OneAccount.ACCOUNT + ":user/sallyport may not rds-db:connect");
        account.server.execute("postgres", "REVOKE rds_iam FROM master");
        assertRefused(
                OneAccount.TOKENS, of(MasterSource.IAM), "FATAL: password authentication failed for user \"master\"");
    }

    @Test
    void aTokenIsForOneEndpointOneUserAndOneRegion() {
        tokens();
        Instance instance = account.describe(OneAccount.TOKENS);
        Instance.Address elsewhere = new Instance.Address("127.0.0.1", account.rds.port());
        Login another = new Login("master", () -> account.instances.loginToken(instance, elsewhere, "master"));
        Login somebody = new Login(
                "master",
                () -> account.instances.loginToken(instance, instance.address().orElseThrow(), "somebody"));
        assertThat(accepts(another)).isFalse();
        assertThat(accepts(somebody)).isFalse();
        assertThat(account.rds.refusals())
                .containsExactly(
                        "the token is for 127.0.0.1:" + account.rds.port(), "the token is for the user somebody");
    }

    private void tokens() {
        account.cloud().addInstance(account.instance("tokens").iamAuthentication(true));
        account.server.execute("postgres", "GRANT rds_iam TO master");
    }

    @Test
    void aClustersPasswordIsSetThroughTheClusterAndSharedByItsMembers() {
        assertThat(ensure(OneAccount.READER, null)).isEqualTo("the password of master was reset");
        assertThat(ensure(OneAccount.WRITER, null)).isEqualTo("the known credentials of master log in");
        assertThat(account.aws.traffic().calls()).containsEntry("rds:ModifyDBCluster", 1);
        assertThat(modifications()).isZero();
        assertThat(masterId(OneAccount.WRITER))
                .isEqualTo(masterId(OneAccount.READER))
                .isEqualTo("dbroles/111111111111/us-west-2/clusters/shop/master");
        Instance.Cluster cluster = account.describe(OneAccount.READER).cluster().orElseThrow();
        assertThat(cluster.readerHost()).contains("reader.localhost");
    }

    @Test
    void aClustersManagedSecretIsReadAsWell() {
        account.cloud().manageMasterPassword(OneAccount.WRITER);
        assertThat(ensure(OneAccount.READER, of(MasterSource.RDS_MANAGED))).endsWith("logs in");
        await().atMost(LONG).until(() -> accepted(OneAccount.READER, null).isPresent());
    }

    @Test
    void plansAResetOnlyWhereOneWouldBeMade() {
        Instance instance = account.describe(OneAccount.WRITER);
        MasterCredentials master = account.master(LONG);
        assertThat(master.plan(instance, Optional.empty(), null))
                .singleElement()
                .satisfies(change -> assertThat(change.statement())
                        .isEqualTo("rds:ModifyDBCluster MasterUserPassword=*** of master"));
        Optional<Login> login = Optional.of(new Login("master", Credentials.newPassword()));
        assertThat(master.plan(instance, login, null)).isEmpty();
        assertThat(master.plan(instance, login, of(MasterSource.RESET))).hasSize(1);
        assertThat(master.plan(instance, Optional.empty(), of(MasterSource.STORED)))
                .isEqualTo(List.of());
    }

    private String ensure(RdsArn arn, @Nullable Master wanted) {
        return account.master(LONG).ensure(account.describe(arn), account.endpoint(), wanted);
    }

    private Optional<Login> accepted(RdsArn arn, @Nullable Master wanted) {
        return account.master(LONG).accepted(account.describe(arn), account.endpoint(), wanted);
    }

    private void assertRefused(RdsArn arn, Master wanted, String because) {
        assertThatExceptionOfType(StepFailure.class)
                .isThrownBy(() -> ensure(arn, wanted))
                .satisfies(e -> assertThat(e.passing()).isFalse())
                .withMessageContaining(because);
    }

    private boolean accepts(Login login) {
        return account.targets.accepts(account.endpoint(), login);
    }

    private Login stored(RdsArn arn) {
        return Credentials.login(account.secrets.current(masterId(arn)).orElseThrow());
    }

    private Login pending(RdsArn arn) {
        return Credentials.login(account.secrets.pending(masterId(arn)).orElseThrow());
    }

    private String masterId(RdsArn arn) {
        return account.describe(arn).secrets().id("master");
    }

    private int modifications() {
        return account.aws.traffic().calls().getOrDefault("rds:ModifyDBInstance", 0);
    }

    private static Master of(MasterSource source) {
        return new Master(source, null, null);
    }
}
