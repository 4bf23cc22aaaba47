package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A permission set of IAM Identity Center.
 *
 * @param sessionDuration in ISO 8601, {@code PT1H} to {@code PT12H}
 * @param createdAt seconds since 1970
 * @param inlinePolicy empty when it has none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record PermissionSet(
        String arn,
        String name,
        @Nullable String description,
        String sessionDuration,
        double createdAt,
        Map<String, String> tags,
        String inlinePolicy) {

    static final Duration LEAST_SESSION = Duration.ofHours(1);
    static final Duration MOST_SESSION = Duration.ofHours(12);

    PermissionSet {
        tags = new TreeMap<>(tags);
    }

    PermissionSet withPolicy(String policy) {
        return new PermissionSet(arn, name, description, sessionDuration, createdAt, tags, policy);
    }

    PermissionSet withTags(Map<String, String> others) {
        return new PermissionSet(arn, name, description, sessionDuration, createdAt, others, inlinePolicy);
    }

    PermissionSet with(@Nullable String anotherDescription, String anotherDuration) {
        return new PermissionSet(arn, name, anotherDescription, anotherDuration, createdAt, tags, inlinePolicy);
    }
}
