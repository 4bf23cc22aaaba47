package dev.sallyport.api;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.files.Folders;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import dev.sallyport.sandbox.oidc.LocalUser;
import dev.sallyport.sandbox.oidc.TokenMint;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.secrets.Keyset;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL and Kafka and the local issuer, in a temporary folder, for all tests of one run. */
public final class Neighbours implements QuarkusTestResourceLifecycleManager {

    /** What the service logs in tests. */
    public static final Path LOG = Path.of("target", "api-under-test.log").toAbsolutePath();

    private static @Nullable TokenMint mint;
    private static @Nullable ControlPlane controlPlane;
    private static @Nullable KafkaBroker kafka;

    private static @Nullable AwsStandIn aws;
    private static @Nullable Map<String, String> settings;

    /** The access key that the AWS stand-in knows. */
    public static final String ACCESS_KEY_ID = "AKIASALLYPORTTEST001";

    /** Planted to be looked for: it may appear nowhere. */
    public static final String SECRET_ACCESS_KEY = "canary0Secret0Access0Key0of0the0Tests0000";

    public static final String MANAGEMENT = "111111111111";
    public static final String MEMBER = "222222222222";

    private static @Nullable PublicKey tunnelKey;

    private @Nullable Path folder;
    private @Nullable LocalIssuer issuer;

    @Override
    public Map<String, String> start() {
        try {
            Path base = Files.createTempDirectory("sallyport-api-");
            folder = base;
            Path keyset = base.resolve("keyset.json");
            Keyset.create(keyset);
            LocalIssuer localIssuer = new LocalIssuer(base.resolve("issuer"), 0);
            issuer = localIssuer;
            mint = localIssuer.mint();
            controlPlane = ControlPlane.forTests(base.resolve("postgres"));
            kafka = KafkaBroker.in(base.resolve("kafka")).start();
            aws = new AwsStandIn(0, cloud(base));
            Map<String, String> settings = new HashMap<>(controlPlane.settingsFor("api"));
            settings.put("sallyport.mode", "local");
            settings.put("sallyport.access.tunnel.key-file", tunnelKeyFile(base).toString());
            settings.put("sallyport.secrets.keyset-file", keyset.toString());
            settings.put("quarkus.oidc.auth-server-url", localIssuer.issuerUrl());
            settings.put("sallyport.aws.endpoint-override", aws().endpoint());
            settings.put("sallyport.aws.call-timeout", "5s");
            settings.put("sallyport.aws.max-attempts", "2");
            settings.put("sallyport.aws.search-deadline", "4s");
            settings.put("sallyport.dbroles.drift-patience", "4s");
            settings.put("quarkus.log.file.enable", "true");
            settings.put("quarkus.log.file.path", LOG.toString());
            settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
            Neighbours.settings = Map.copyOf(settings);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        for (AutoCloseable neighbour : List.of(kafka(), controlPlane(), aws())) {
            try {
                neighbour.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        if (issuer != null) {
            issuer.close();
        }
        remove();
    }

    /** The value of the header {@code Authorization} for a local user. */
    public static String bearer(LocalUser user) {
        return "Bearer " + minted().token(user).reveal();
    }

    /** A token that is long past its time. */
    public static String expired(LocalUser user) {
        return "Bearer "
                + minted().token(user, TokenMint.AUDIENCE, Instant.now().minus(Duration.ofDays(2)), Duration.ofHours(1))
                        .reveal();
    }

    /** A token that was made for another service. */
    public static String foreign(LocalUser user) {
        return "Bearer "
                + minted().token(user, "another", Instant.now(), Duration.ofHours(1))
                        .reveal();
    }

    public static ControlPlane controlPlane() {
        return started(controlPlane);
    }

    public static KafkaBroker kafka() {
        return started(kafka);
    }

    public static AwsStandIn aws() {
        return started(aws);
    }

    /** What the service under test runs with, for another replica of it. */
    public static Map<String, String> settings() {
        return started(settings);
    }

    private static Cloud cloud(Path base) {
        Cloud cloud = new Cloud(
                base,
                new Account(MANAGEMENT, "management", "management@example.com"),
                List.of(new Account(MEMBER, "production", "production@example.com")));
        cloud.addAccessKey(ACCESS_KEY_ID, Secret.of(SECRET_ACCESS_KEY), "sallyport");
        cloud.addInstance(instance(MANAGEMENT, "orders", "postgres"));
        cloud.addInstance(instance(MEMBER, "ledger", "oracle-ee"));
        cloud.addInstance(instance("eu-west-1", MEMBER, "reports", "mysql"));
        cloud.addInstance(instance("eu-west-1", MEMBER, "billing", "postgres"));
        return cloud;
    }

    private static DbInstance instance(String account, String name, String engine) {
        return instance("us-west-2", account, name, engine);
    }

    private static DbInstance instance(String region, String account, String name, String engine) {
        return new DbInstance(
                RdsArn.parse("arn:aws:rds:" + region + ":" + account + ":db:" + name),
                engine,
                "17.4",
                "127.0.0.1",
                5432,
                "master",
                "",
                Map.of(),
                (user, password) -> {});
    }

    private static TokenMint minted() {
        return started(mint);
    }

    private static <T> T started(@Nullable T neighbour) {
        if (neighbour == null) {
            throw new IllegalStateException("the neighbours are not started");
        }
        return neighbour;
    }

    private void remove() {
        if (folder == null) {
            return;
        }
        try {
            Folders.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path tunnelKeyFile(Path base) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            tunnelKey = pair.getPublic();
            return Files.writeString(
                    base.resolve("tunnel.pem"),
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(pair.getPrivate().getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What verifies the tokens of tunnels. */
    public static PublicKey tunnelKey() {
        return Objects.requireNonNull(tunnelKey);
    }
}
