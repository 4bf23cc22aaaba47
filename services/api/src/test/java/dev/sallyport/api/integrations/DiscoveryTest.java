package dev.sallyport.api.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbInstance;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An account with more instances than RDS shows in a page, through the real SDK. */
class DiscoveryTest {

    private static final String ACCOUNT = "111111111111";
    private static final List<Place> PLACE = List.of(new Place(ACCOUNT, "us-west-2"));
    private static final int INSTANCES = 250;

    @TempDir
    private Path folder;

    private AwsStandIn aws;
    private AwsAccess access;
    private SideBySide sideBySide;

    @BeforeEach
    void start() {
        Cloud cloud = new Cloud(folder, new Account(ACCOUNT, "management", "aws@example.com"), List.of());
        cloud.addAccessKey("AKIASALLYPORTTEST001", Secret.of("secret"), "sallyport");
        // The last first: RDS promises no order.
        IntStream.range(0, INSTANCES).map(i -> INSTANCES - i).forEach(i -> cloud.addInstance(instance(i)));
        aws = new AwsStandIn(0, cloud);
        access = new AwsAccess(
                new AwsSettings(
                        AwsSettings.DEFAULT_ROLE_NAME,
                        Optional.empty(),
                        "tests",
                        "aws",
                        false,
                        Optional.of(URI.create(aws.endpoint())),
                        Duration.ofSeconds(10),
                        1),
                new AwsIdentitySource.StaticKeys("AKIASALLYPORTTEST001", Secret.of("secret"), null, "us-west-2"));
        sideBySide = new SideBySide(4, Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        sideBySide.close();
        access.close();
        aws.close();
    }

    @Test
    void showsAllPagesByName() {
        List<DiscoveredInstance> found = new Discovery(sideBySide).instances(access, PLACE);

        assertThat(found).hasSize(INSTANCES);
        assertThat(found).extracting(DiscoveredInstance::rank).isSorted();
        assertThat(aws.traffic().calls()).containsEntry("rds:DescribeDBInstances", 3);
    }

    @Test
    void showsThePagesBeforeTheOneThatFailed() {
        aws.cloud().faults().throttleAfter(2, "rds:DescribeDBInstances", ACCOUNT, 100);

        List<DiscoveredInstance> found = new Discovery(sideBySide).instances(access, PLACE);

        assertThat(found).hasSize(201);
        assertThat(found.subList(0, 200))
                .allSatisfy(item -> assertThat(item.error()).isNull());
        assertThat(found.getLast().name()).isNull();
        assertThat(found.getLast().errorCode()).isEqualTo("aws_throttled");
    }

    private static DbInstance instance(int index) {
        return new DbInstance(
                RdsArn.parse("arn:aws:rds:us-west-2:" + ACCOUNT + ":db:orders-%03d".formatted(index)),
                "postgres",
                "17.4",
                "127.0.0.1",
                5432,
                "master",
                "",
                Map.of(),
                (user, password) -> {});
    }
}
