package dev.sallyport.aws;

import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The keys {@code sallyport.aws.*}; a service that calls AWS nests or extends this in its own configuration. */
public interface AwsConfig {

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

    /** {@code INTEGRATION_AWS_INSTANCE_ROLE_ALLOW}: whether the role of the task or machine may be used. */
    @WithDefault("false")
    boolean instanceRoleAllow();

    /** Where all of AWS is instead; local mode only. */
    Optional<URI> endpointOverride();

    /** Of one call with all its attempts. */
    @WithDefault("30s")
    Duration callTimeout();

    @WithDefault("4")
    int maxAttempts();

    /** @throws IllegalArgumentException naming the key that is wrong */
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
