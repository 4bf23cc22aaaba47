package dev.sallyport.broker.identitycenter;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.IdentityCenter;
import dev.sallyport.sandbox.aws.StoreUser;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** AWS with an Identity Center in which alice is, and a broker that is to use it. */
public final class AwsNeighbour implements QuarkusTestResourceLifecycleManager {

    static final String HOME = "111111111111";
    static final String PROXIES = "222222222222";
    static final String KEY_ID = "AKIASALLYPORT1";
    static final String KEY = "right-secret";
    static final String DEPLOYMENT = "the-test";

    private static @Nullable AwsStandIn aws;
    private static @Nullable StoreUser alice;

    @Override
    public Map<String, String> start() {
        aws = standIn();
        alice = aws.cloud().identityCenter().addUser("alice", "Alice", "alice@example.com");
        System.setProperty("aws.accessKeyId", KEY_ID);
        System.setProperty("aws.secretAccessKey", KEY);
        return settings(aws);
    }

    static AwsStandIn standIn() {
        try {
            Cloud cloud = new Cloud(
                    Files.createTempDirectory("sallyport-aws-"),
                    new Account(HOME, "management", "aws@example.com"),
                    List.of(new Account(PROXIES, "proxies", "proxies@example.com")));
            cloud.addAccessKey(KEY_ID, Secret.of(KEY), "sallyport");
            cloud.identityCenter().provisioningTime(Duration.ofMillis(200));
            return new AwsStandIn(0, cloud);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a broker that uses it, and is in a hurry. */
    static Map<String, String> settings(AwsStandIn aws) {
        IdentityCenter center = aws.cloud().identityCenter();
        Map<String, String> settings = new HashMap<>();
        settings.put("sallyport.aws.endpoint-override", aws.endpoint());
        settings.put("sallyport.identity-center.instance-arn", center.instanceArn());
        settings.put("sallyport.identity-center.identity-store-id", center.identityStoreId());
        settings.put("sallyport.identity-center.region", center.region());
        settings.put("sallyport.identity-center.deployment", DEPLOYMENT);
        settings.put("sallyport.identity-center.activation-deadline", "8s");
        settings.put("sallyport.identity-center.poll-interval", "50ms");
        settings.put("sallyport.identity-center.first-pause", "50ms");
        settings.put("sallyport.identity-center.max-pause", "200ms");
        settings.put("sallyport.identity-center.lease", "2s");
        settings.put("sallyport.identity-center.reconcile-interval", "500ms");
        settings.put("sallyport.identity-center.orphan-age", "1s");
        return settings;
    }

    @Override
    public void stop() {
        Objects.requireNonNull(aws).close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    static Cloud cloud() {
        return Objects.requireNonNull(aws).cloud();
    }

    static IdentityCenter center() {
        return cloud().identityCenter();
    }

    static StoreUser alice() {
        return Objects.requireNonNull(alice);
    }
}
