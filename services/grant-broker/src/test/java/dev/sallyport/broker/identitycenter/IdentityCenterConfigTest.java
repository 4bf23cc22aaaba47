package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.grants.ProxyPlace;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityCenterConfigTest {

    private static final Map<String, String> GOOD = Map.of(
            "instance-arn", "arn:aws:sso:::instance/ssoins-7223a1b2c3d4e5f6",
            "identity-store-id", "d-9067642ac7",
            "region", "us-east-1",
            "deployment", "prod",
            "role-arn", "arn:aws:iam::111111111111:role/teams/Broker",
            "external-id", "ext-7",
            "session-role-name", "SallyportSessions",
            "task-tag-key", "sallyport:proxy");

    @Test
    void withoutAnInstanceThereIsNoneAndTheDefaultsHold() {
        IdentityCenterConfig config = config(Map.of());

        assertThat(config.center()).isEmpty();
        assertThat(config.refusals()).isEmpty();
        assertThat(config.activationDeadline()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.pollInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.firstPause()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.maxPause()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.concurrency()).isEqualTo(16);
        assertThat(config.reconcileInterval()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.orphanAge()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void everyKeyIsRead() {
        IdentityCenterConfig config = config(GOOD);

        assertThat(config.refusals()).isEmpty();
        assertThat(config.center())
                .contains(new Center(
                        "arn:aws:sso:::instance/ssoins-7223a1b2c3d4e5f6",
                        "d-9067642ac7",
                        "us-east-1",
                        "prod",
                        "arn:aws:iam::111111111111:role/teams/Broker",
                        "ext-7"));
        assertThat(config.sessionRoleName()).contains("SallyportSessions");
        assertThat(config.taskTagKey()).contains("sallyport:proxy");
    }

    @ParameterizedTest
    @CsvSource({
        "instance-arn, arn:aws:sso:::instance/x",
        "identity-store-id, 9067642ac7",
        "region, virginia",
        "deployment, a*b",
        "role-arn, Broker",
        "session-role-name, a b",
        "concurrency, 0"
    })
    void refusesAValueThatIsNoneAndNamesItsKey(String key, String value) {
        Map<String, String> values = new HashMap<>(GOOD);
        values.put(key, value);

        assertThat(config(values).refusals())
                .singleElement()
                .asString()
                .startsWith("sallyport.identity-center." + key + " ");
    }

    @ParameterizedTest
    @CsvSource({"identity-store-id", "region", "deployment"})
    void saysWhatAnInstanceNeedsBesides(String key) {
        Map<String, String> values = new HashMap<>(GOOD);
        values.remove(key);

        assertThat(config(values).refusals())
                .singleElement()
                .asString()
                .startsWith("sallyport.identity-center." + key + " is not set; give ");
    }

    @Test
    void pausesGrowToTheirBound() {
        IdentityCenterConfig config = config(Map.of());

        assertThat(config.pause(Step.ASSIGN, 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.pause(Step.ASSIGN, 4)).isEqualTo(Duration.ofSeconds(16));
        assertThat(config.pause(Step.ASSIGN, 5)).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.pause(Step.ASSIGN, Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.pause(Step.AWAIT_ASSIGNMENT, 9)).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource({
        "22222222222, eu-west-1, proxies, account",
        "222222222222, west, proxies, region",
        "222222222222, eu-west-1, a/*, cluster"
    })
    void aPlaceThatWouldWidenAPolicyIsRefused(String account, String region, String cluster, String said) {
        assertThat(IdentityCenterConfig.refusal(new ProxyPlace("orders", account, region, cluster)))
                .hasValueSatisfying(refusal -> assertThat(refusal).contains(said));
        assertThat(IdentityCenterConfig.refusal(new ProxyPlace("orders", "222222222222", "eu-west-1", "proxies")))
                .isEmpty();
    }

    private static IdentityCenterConfig config(Map<String, String> values) {
        Map<String, String> prefixed = new HashMap<>();
        values.forEach((key, value) -> prefixed.put("sallyport.identity-center." + key, value));
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(prefixed, "test", 500))
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(IdentityCenterConfig.class)
                .build()
                .getConfigMapping(IdentityCenterConfig.class);
    }
}
