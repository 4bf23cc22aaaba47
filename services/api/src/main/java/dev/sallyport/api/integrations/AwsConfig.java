package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How AWS is called. */
@ConfigMapping(prefix = "sallyport.aws")
interface AwsConfig {

    /** The role to take on in other accounts, with its path where it has one. */
    @WithDefault(AwsSettings.DEFAULT_ROLE_NAME)
    String roleName();

    /** What that role's trust policy asks for. */
    Optional<String> externalId();

    /** Under which our calls appear in CloudTrail. */
    @WithDefault("sallyport")
    String sessionName();

    /** {@code aws}, {@code aws-cn} or {@code aws-us-gov}. */
    @WithDefault("aws")
    String partition();

    /** Where instances are looked for; the region of the stored access when empty. */
    Optional<List<String>> regions();

    /** {@code INTEGRATION_AWS_INSTANCE_ROLE_ALLOW}. */
    @WithDefault("false")
    boolean instanceRoleAllow();

    /** Where all of AWS is instead; local mode only. */
    Optional<URI> endpointOverride();

    /** Of one call with all its attempts. */
    @WithDefault("30s")
    Duration callTimeout();

    @WithDefault("4")
    int maxAttempts();

    /** The accounts that {@code GET …/organizations} lists where there is no organisation; ours comes with them. */
    Optional<List<String>> accounts();

    /** How many accounts and regions are asked at the same time, over all callers. */
    @WithDefault("32")
    int concurrency();

    /** By when a search has its answer; a place that has not answered by then is an item with an error. */
    @WithDefault("60s")
    Duration searchDeadline();

    default AwsSettings settings() {
        return new AwsSettings(
                roleName(),
                externalId(),
                sessionName(),
                partition(),
                instanceRoleAllow(),
                endpointOverride(),
                callTimeout(),
                maxAttempts());
    }
}
