package dev.sallyport.proxy.targets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSecrets;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.vault.VaultStandIn;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import dev.sallyport.secrets.SecretStores;
import dev.sallyport.secrets.vault.Vault;
import dev.sallyport.secrets.vault.VaultAuth;
import dev.sallyport.secrets.vault.VaultSettings;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The password of a target whose roles' secrets are in Vault. */
class PasswordsTest {

    private static final Secret KEY = Secret.of("canary0Secret0Access0Key0of0the0Tests0000");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String NAME = "prod/dbroles/111111111111/us-west-2/orders/hoop_ro";

    @TempDir
    Path folder;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private VaultStandIn server;
    private SecretStores stores;
    private Cloud cloud;
    private AwsStandIn standIn;
    private AwsAccess aws;

    @BeforeEach
    void start() {
        server = new VaultStandIn(folder, 0, Optional.empty(), InstantSource.system());
        server.mount("dbsecrets", 2, false);
        server.policy("proxy", "dbsecrets/data/prod/dbroles/*", "read");
        server.put("dbsecrets", NAME, Map.of("USER", "hoop_ro", "PASSWORD", "first"));
        VaultSettings settings = new VaultSettings(
                URI.create(server.address()),
                Optional.empty(),
                "dbsecrets",
                2,
                new VaultAuth.Token(server.token(Duration.ZERO, HOUR, "proxy")),
                Optional.empty(),
                Duration.ofSeconds(5));
        cloud = new Cloud(folder, new Account("111111111111", "databases", "databases@example.com"), List.of());
        cloud.addAccessKey("AKIASALLYPORTTEST001", KEY, "sallyport");
        standIn = new AwsStandIn(0, cloud);
        aws = new AwsAccess(
                AwsSettings.defaults().at(URI.create(standIn.endpoint())),
                new AwsIdentitySource.StaticKeys("AKIASALLYPORTTEST001", KEY, null, "us-west-2"));
        stores = new SecretStores(new Nothing(), Optional.of(new Vault(settings, InstantSource.system())));
    }

    @AfterEach
    void stop() {
        aws.close();
        standIn.close();
        stores.close();
        server.close();
        loop.shutdownGracefully();
    }

    @Test
    void areKeptForAWhileAndReadAnewBehindIt() throws Exception {
        Passwords passwords = passwords(HOUR);
        GrantTarget target = target("vault", "dbsecrets/data/" + NAME);
        assertThat(passwords.of(target, loop).get().reveal()).isEqualTo("first");
        server.put("dbsecrets", NAME, Map.of("USER", "hoop_ro", "PASSWORD", "second"));
        assertThat(passwords.of(target, loop).get().reveal()).isEqualTo("first");

        assertThat(passwords(Duration.ZERO).of(target, loop).get().reveal()).isEqualTo("second");
    }

    @Test
    void areReadAnewForWhoWasRefusedWithOne() throws Exception {
        Passwords passwords = passwords(HOUR);
        GrantTarget target = target("vault", "dbsecrets/data/" + NAME);
        Secret first = passwords.of(target, loop).get();
        assertThat(passwords.after(target, first, loop).get()).isEmpty();

        server.put("dbsecrets", NAME, Map.of("USER", "hoop_ro", "PASSWORD", "second"));
        assertThat(passwords.after(target, first, loop).get()).contains(Secret.of("second"));
        // Another one that was refused with the first finds what was read meanwhile.
        server.seal();
        assertThat(passwords.after(target, first, loop).get()).contains(Secret.of("second"));
    }

    @Test
    void comeFromSecretsManagerByTheirArn() throws Exception {
        String arn = cloud.secrets()
                .create("111111111111", "us-west-2", "reader", "{\"username\": \"reader\", \"password\": \"kept\"}");
        GrantTarget target = target("aws-secrets-manager", arn, "password");
        assertThat(passwords(HOUR).of(target, loop).get().reveal()).isEqualTo("kept");

        cloud.secrets().replace(arn, "canary, no JSON");
        assertThat(cause("aws-secrets-manager", arn))
                .contains(arn + " is no JSON object such as")
                .doesNotContain("canary");
        assertThat(cause("aws-secrets-manager", arn + "x")).contains("ResourceNotFoundException");
        assertThat(cause("aws-secrets-manager", "reader")).contains("'reader' is not the ARN of a secret");
    }

    @Test
    void sayWhyTheyCannotBeRead() throws Exception {
        assertThat(cause("vault", "dbsecrets/data/prod/dbroles/absent"))
                .isEqualTo("there is no secret 'dbsecrets/data/prod/dbroles/absent'");
        assertThat(cause("vault", "dbsecrets/data/elsewhere"))
                .startsWith("Vault does not permit us dbsecrets/data/elsewhere");
        assertThat(cause("safe", "x")).isEqualTo("there is no secret store of the kind 'safe' here");
        server.seal();
        assertThat(cause("vault", "dbsecrets/data/" + NAME)).startsWith("Vault is sealed");
    }

    private String cause(String provider, String id) throws InterruptedException {
        return String.valueOf(password(provider, id).await().cause().getMessage());
    }

    private Future<Secret> password(String provider, String id) {
        return passwords(Duration.ZERO).of(target(provider, id), loop);
    }

    private Passwords passwords(Duration keptFor) {
        return new Passwords(new SecretReader(() -> stores, new AwsSecrets(() -> aws)), keptFor);
    }

    private static GrantTarget target(String provider, String id) {
        return target(provider, id, "PASSWORD");
    }

    private static GrantTarget target(String provider, String id, String key) {
        return new GrantTarget(
                RdsDatabaseId.parse("arn:aws:rds:us-west-2:111111111111:db:orders/shop"),
                Engine.POSTGRES,
                "db.example",
                5432,
                "hoop_ro",
                "hoop_ro",
                new GrantTarget.SecretRef(provider, id, key));
    }

    /** A sealed store that holds nothing. */
    private static final class Nothing implements SecretStore {

        @Override
        public String provider() {
            return "database";
        }

        @Override
        public Optional<Map<String, Secret>> current(String secretId) {
            return Optional.empty();
        }

        @Override
        public Optional<Map<String, Secret>> pending(String secretId) {
            return Optional.empty();
        }

        @Override
        public void stage(String secretId, Map<String, Secret> entries) {
            throw new SecretStoreException("read only", false);
        }

        @Override
        public void publish(String secretId) {
            throw new SecretStoreException("read only", false);
        }

        @Override
        public void unstage(String secretId) {
            throw new SecretStoreException("read only", false);
        }

        @Override
        public void delete(String secretId) {
            throw new SecretStoreException("read only", false);
        }

        @Override
        public void probe() {
            throw new SecretStoreException("read only", false);
        }
    }
}
