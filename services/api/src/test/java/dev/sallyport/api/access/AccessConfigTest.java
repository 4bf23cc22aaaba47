package dev.sallyport.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.api.rules.RulesConfig;
import dev.sallyport.api.workflows.Workflow;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the keys mean, what they are when nobody sets them, and what they may not be. */
class AccessConfigTest {

    @Test
    void hasDefaultsForAllOfIt() {
        AccessConfig access = config(AccessConfig.class, Map.of());
        RulesConfig rules = config(RulesConfig.class, Map.of());

        assertThat(access.defaultDuration()).isEqualTo(Duration.ofHours(1));
        assertThat(access.minDuration()).isEqualTo(Duration.ofMinutes(1));
        assertThat(access.maxDuration()).isEqualTo(Duration.ofHours(12));
        assertThat(access.maxReasonLength()).isEqualTo(1_000);
        assertThat(access.maxEntitlements()).isEqualTo(20);
        assertThat(access.deadlineInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(access.credentialsTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(access.caFile()).isEmpty();
        assertThat(rules.identityStoreId()).isEmpty();
        assertThat(rules.evaluationsRetention()).isEqualTo(Duration.ofDays(90));
    }

    @Test
    void takesEveryKeyOfTheRules() {
        RulesConfig rules = config(
                RulesConfig.class,
                Map.of(
                        "sallyport.rules.identity-store-id", "d-1234567890",
                        "sallyport.rules.evaluations-retention", "7d"));

        assertThat(rules.identityStoreId()).contains("d-1234567890");
        assertThat(rules.evaluationsRetention()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void refusesAKeyThatIsNone() {
        assertThatThrownBy(() -> config(RulesConfig.class, Map.of("sallyport.rules.retention", "7d")))
                .hasMessageContaining("sallyport.rules.retention");
    }

    @Test
    void theBuiltInWorkflowIsMadeOfThem() {
        Workflow workflow = new DefaultTerms(config(
                        AccessConfig.class,
                        Map.of("sallyport.access.default-duration", "10m", "sallyport.access.max-duration", "20m")))
                .workflow();

        assertThat(workflow.defaultDurationSeconds()).isEqualTo(600);
        assertThat(workflow.accessDurationSeconds()).isEqualTo(1_200);
        assertThat(workflow.approvalRequired()).isTrue();
        assertThat(workflow.activation()).isEqualTo(Workflow.Activation.AUTOMATIC);
        assertThat(workflow.maximumExtensions()).isZero();
    }

    private static <T> T config(Class<T> mapping, Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withMapping(mapping)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withDefaultValues(values)
                .build()
                .getConfigMapping(mapping);
    }
}
