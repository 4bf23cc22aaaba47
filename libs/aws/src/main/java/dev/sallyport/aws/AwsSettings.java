package dev.sallyport.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How we call AWS.
 *
 * @param roleName the role to take on in other accounts, with its path where it has one: {@code teams/data/Reach}
 * @param externalId what that role's trust policy asks for; empty when it asks for none
 * @param sessionName under which our calls appear in CloudTrail
 * @param partition {@code aws}, {@code aws-cn} or {@code aws-us-gov}
 * @param instanceRoleAllowed whether the role of the machine may be used ({@code INTEGRATION_AWS_INSTANCE_ROLE_ALLOW})
 * @param endpointOverride where all services are instead of AWS; for local mode
 * @param callTimeout of one call with all its attempts
 * @param maxAttempts of one call, from 1
 */
public record AwsSettings(
        String roleName,
        Optional<String> externalId,
        String sessionName,
        String partition,
        boolean instanceRoleAllowed,
        Optional<URI> endpointOverride,
        Duration callTimeout,
        int maxAttempts) {

    /** What AWS Organizations makes in each account of an organisation. */
    public static final String DEFAULT_ROLE_NAME = "OrganizationAccountAccessRole";

    private static final Pattern REGION = Pattern.compile("[a-z]{2}(?:-[a-z]+)+-\\d");
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern NAME = Pattern.compile("(?:[\\w+=,.@-]{1,64}/){0,8}[\\w+=,.@-]{1,64}");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");
    private static final Pattern SESSION = Pattern.compile("[\\w+=,.@-]{2,64}");
    private static final Pattern PARTITION = Pattern.compile("aws|aws-cn|aws-us-gov");

    /** @throws IllegalArgumentException naming the setting that is wrong */
    public AwsSettings {
        check(NAME, roleName, "role name");
        check(SESSION, sessionName, "session name");
        check(PARTITION, partition, "partition");
        externalId.ifPresent(id -> check(EXTERNAL_ID, id, "external id"));
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("the AWS call timeout must be positive, not " + callTimeout);
        }
        if (maxAttempts < 1 || maxAttempts > 10) {
            throw new IllegalArgumentException("AWS calls are tried 1 to 10 times, not " + maxAttempts);
        }
    }

    /** AWS itself, static keys only, the usual role. */
    public static AwsSettings defaults() {
        return new AwsSettings(
                DEFAULT_ROLE_NAME,
                Optional.empty(),
                "sallyport",
                "aws",
                false,
                Optional.empty(),
                Duration.ofSeconds(30),
                4);
    }

    /** The same, with every service at {@code endpoint}. */
    public AwsSettings at(URI endpoint) {
        return new AwsSettings(
                roleName,
                externalId,
                sessionName,
                partition,
                instanceRoleAllowed,
                Optional.of(endpoint),
                callTimeout,
                maxAttempts);
    }

    /** The role to take on in {@code accountId}. */
    public String roleArn(String accountId) {
        return "arn:" + partition + ":iam::" + checkAccount(accountId) + ":role/" + roleName;
    }

    /** Where the services live that have one endpoint per partition, such as Organizations and IAM. */
    String globalRegion() {
        return partition + "-global";
    }

    /** @throws IllegalArgumentException when {@code accountId} is not twelve digits */
    public static String checkAccount(String accountId) {
        return check(ACCOUNT, accountId, "account id");
    }

    /** @throws IllegalArgumentException when {@code region} has not the form of a region, such as {@code us-west-2} */
    public static String checkRegion(String region) {
        return check(REGION, region, "region");
    }

    /** Which partition a region is in, by its name. */
    public static String partitionOf(String region) {
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    /** @throws IllegalArgumentException when {@code region} is none, or is in another partition than ours */
    public String checkOurRegion(String region) {
        String theirs = partitionOf(checkRegion(region));
        if (!theirs.equals(partition)) {
            throw new IllegalArgumentException("the region " + region + " is in the partition " + theirs
                    + ", and ours is " + partition + "; set sallyport.aws.partition");
        }
        return region;
    }

    private static String check(Pattern form, String value, String what) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is no AWS " + what);
        }
        return value;
    }
}
