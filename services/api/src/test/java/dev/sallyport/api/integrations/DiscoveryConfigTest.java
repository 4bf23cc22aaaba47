package dev.sallyport.api.integrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.aws.AwsSettings;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the keys mean, what they are when nobody sets them, and what they may not be. */
class DiscoveryConfigTest {

    @Test
    void hasDefaultsForAllOfIt() {
        DiscoveryConfig config = config(Map.of());

        assertThat(config.settings()).isEqualTo(AwsSettings.defaults());
        assertThat(config.regions()).isEmpty();
        assertThat(config.accounts()).isEmpty();
        assertThat(config.concurrency()).isEqualTo(32);
        assertThat(config.searchDeadline()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void takesEveryKey() {
        DiscoveryConfig config = config(Map.ofEntries(
                Map.entry("sallyport.aws.role-name", "teams/Reach"),
                Map.entry("sallyport.aws.external-id", "ext-7"),
                Map.entry("sallyport.aws.session-name", "s-1"),
                Map.entry("sallyport.aws.partition", "aws-us-gov"),
                Map.entry("sallyport.aws.regions", "us-gov-west-1,us-gov-east-1"),
                Map.entry("sallyport.aws.instance-role-allow", "true"),
                Map.entry("sallyport.aws.endpoint-override", "http://127.0.0.1:1"),
                Map.entry("sallyport.aws.call-timeout", "7s"),
                Map.entry("sallyport.aws.max-attempts", "2"),
                Map.entry("sallyport.aws.accounts", "222222222222"),
                Map.entry("sallyport.aws.concurrency", "5"),
                Map.entry("sallyport.aws.search-deadline", "9s")));
        AwsSettings settings = config.settings();

        assertThat(settings.roleArn("222222222222")).isEqualTo("arn:aws-us-gov:iam::222222222222:role/teams/Reach");
        assertThat(settings.externalId()).contains("ext-7");
        assertThat(settings.sessionName()).isEqualTo("s-1");
        assertThat(settings.instanceRoleAllowed()).isTrue();
        assertThat(settings.endpointOverride()).contains(URI.create("http://127.0.0.1:1"));
        assertThat(settings.callTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.maxAttempts()).isEqualTo(2);
        assertThat(config.regions()).contains(List.of("us-gov-west-1", "us-gov-east-1"));
        assertThat(config.accounts()).contains(List.of("222222222222"));
        assertThat(config.concurrency()).isEqualTo(5);
        assertThat(config.searchDeadline()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void refusesWhatAwsWouldNotTake() {
        refused("role-name", "/Reach", "role name");
        refused("external-id", "no spaces", "external id");
        refused("session-name", "x", "session name");
        refused("partition", "aws-iso", "partition");
        refused("call-timeout", "0s", "call timeout");
        refused("max-attempts", "0", "tried 1 to 10 times");
        refused("max-attempts", "11", "tried 1 to 10 times");
    }

    private static void refused(String key, String value, String naming) {
        assertThatThrownBy(() -> config(Map.of("sallyport.aws." + key, value)).settings())
                .as(key)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(naming);
    }

    private static DiscoveryConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withMapping(DiscoveryConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withDefaultValues(values)
                .build()
                .getConfigMapping(DiscoveryConfig.class);
    }
}
