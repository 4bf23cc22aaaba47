package dev.sallyport.broker.identitycenter;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsClients;
import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * AWS by the roles that plans name. Our own credentials are those that the AWS SDK finds: of the machine's role, or of the
 * environment. Safe for many threads; every call blocks.
 */
final class AwsAccounts implements AutoCloseable {

    private static final Pattern ROLE_ARN = Pattern.compile("arn:(aws[\\w-]*):iam::(\\d{12}):role/(.+)");
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 4;

    private final Optional<URI> endpoint;
    private final Map<Way, AwsAccess> accesses = new ConcurrentHashMap<>();

    /** How an account is reached. */
    private record Way(String roleName, Optional<String> externalId, String region) {}

    /** @param endpoint where all of AWS is instead; local mode only */
    AwsAccounts(Optional<URI> endpoint) {
        this.endpoint = endpoint;
    }

    /** Whether a text is the ARN of a role. */
    static boolean isRole(String arn) {
        return ROLE_ARN.matcher(arn).matches();
    }

    /** Calls where the Identity Center is. */
    <T> T calling(Center center, String operation, Function<AwsClients, T> call) {
        String roleArn = center.roleArn();
        if (roleArn == null) {
            AwsAccess own = access(AwsSettings.DEFAULT_ROLE_NAME, null, center.region());
            return AwsException.calling(operation, () -> call.apply(own.home()));
        }
        Matcher role = ROLE_ARN.matcher(roleArn);
        if (!role.matches()) {
            throw new IllegalArgumentException(roleArn + " is no ARN of a role");
        }
        return access(role.group(3), center.externalId(), center.region())
                .calling(role.group(2), center.region(), operation, call);
    }

    /** Calls with a role in another account. */
    <T> T calling(
            String accountId,
            String region,
            String roleName,
            @Nullable String externalId,
            String operation,
            Function<AwsClients, T> call) {
        return access(roleName, externalId, region).calling(accountId, region, operation, call);
    }

    private AwsAccess access(String roleName, @Nullable String externalId, String region) {
        return accesses.computeIfAbsent(
                new Way(roleName, Optional.ofNullable(externalId), region),
                way -> new AwsAccess(
                        new AwsSettings(
                                way.roleName(),
                                way.externalId(),
                                "sallyport-grant-broker",
                                AwsSettings.partitionOf(way.region()),
                                true,
                                endpoint,
                                CALL_TIMEOUT,
                                ATTEMPTS),
                        new AwsIdentitySource.InstanceRole(way.region())));
    }

    @Override
    public void close() {
        accesses.values().forEach(AwsAccess::close);
    }
}
