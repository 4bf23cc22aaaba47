package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.kernel.Secret;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code PUT …/iam/accesskeys}: keys and a region, or a region alone for the instance role. Prints no secret. */
@Schema(name = "AccessKeys", requiredProperties = "region", examples = """
                {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "…", "region": "us-west-2"}""")
record AccessKeys(
        @Nullable String accessKeyId,

        @Schema(implementation = String.class, format = "password") @Nullable Secret secretAccessKey,

        @Schema(implementation = String.class, format = "password") @Nullable Secret sessionToken,

        @Nullable String region) {

    @JsonCreator
    static AccessKeys of(
            @JsonProperty("access_key_id") @Nullable String accessKeyId,
            @JsonProperty("secret_access_key") @Nullable String secretAccessKey,
            @JsonProperty("session_token") @Nullable String sessionToken,
            @JsonProperty("region") @Nullable String region) {
        return new AccessKeys(blankAsNull(accessKeyId), secret(secretAccessKey), secret(sessionToken), region);
    }

    /** @throws ProblemException 400 when something is missing or of another form */
    AwsIdentitySource source(AwsSettings settings) {
        if (region == null) {
            throw ProblemException.badRequest("missing_field", "the field 'region' is missing");
        }
        read(() -> settings.checkOurRegion(region));
        if (accessKeyId == null && secretAccessKey == null && sessionToken == null) {
            if (!settings.instanceRoleAllowed()) {
                throw ProblemException.badRequest(
                        "instance_role_not_allowed",
                        "without access keys the instance role is used, which INTEGRATION_AWS_INSTANCE_ROLE_ALLOW=true would allow");
            }
            return read(() -> new AwsIdentitySource.InstanceRole(region));
        }
        if (accessKeyId == null || secretAccessKey == null) {
            throw ProblemException.badRequest(
                    "missing_field", "access_key_id and secret_access_key are needed, or neither");
        }
        return read(() -> new AwsIdentitySource.StaticKeys(accessKeyId, secretAccessKey, sessionToken, region));
    }

    private static <T> T read(Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_field", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Secret secret(@Nullable String text) {
        return Optional.ofNullable(blankAsNull(text)).map(Secret::of).orElse(null);
    }

    private static @Nullable String blankAsNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
