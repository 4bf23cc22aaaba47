package dev.sallyport.sandbox.aws;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** STS: GetCallerIdentity and AssumeRole (STS API reference, 2011-06-15). */
final class StsCalls extends QueryProtocol {

    private static final Pattern ROLE_ARN =
            Pattern.compile("arn:(?:aws|aws-cn|aws-us-gov):iam::\\d{12}:role/(?:[\\w+=,.@-]+/)*[\\w+=,.@-]{1,64}");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");
    private static final int LEAST_SECONDS = 900;
    private static final int MOST_SECONDS = 43_200;

    private final Cloud cloud;

    StsCalls(Cloud cloud) {
        super("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/");
        this.cloud = cloud;
    }

    @Override
    void answer(String action, Caller caller, Map<String, String> form, Xml result) {
        switch (action) {
            case "GetCallerIdentity" ->
                result.leaf("Arn", caller.arn()).leaf("UserId", caller.userId()).leaf("Account", caller.accountId());
            case "AssumeRole" -> assumeRole(caller, form, result);
            default -> throw unknownAction(action);
        }
    }

    private void assumeRole(Caller caller, Map<String, String> form, Xml result) {
        String session = matching(SESSION_NAME, required(form, "RoleSessionName"), "roleSessionName");
        String roleArn = required(form, "RoleArn");
        String externalId = form.get("ExternalId");
        if (externalId != null) {
            matching(EXTERNAL_ID, externalId, "externalId");
        }
        if (!ROLE_ARN.matcher(roleArn).matches()) {
            throw new AwsError(400, "ValidationError", roleArn + " is invalid");
        }
        int seconds = Integer.parseInt(form.getOrDefault("DurationSeconds", "3600"));
        if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
            throw new AwsError(400, "ValidationError", "DurationSeconds must be between 900 and 43200");
        }
        Credential temporary = cloud.identities()
                .assume(caller, roleArn, externalId, session, Duration.ofSeconds(seconds))
                .orElseThrow(() -> new AwsError(
                        403,
                        "AccessDenied",
                        "User: " + caller.arn() + " is not authorized to perform: sts:AssumeRole on resource: "
                                + roleArn));
        write(temporary, result);
    }

    private static void write(Credential temporary, Xml result) {
        result.node(
                        "AssumedRoleUser",
                        user -> user.leaf("AssumedRoleId", temporary.userId()).leaf("Arn", temporary.arn()))
                .node(
                        "Credentials",
                        keys -> keys.leaf("AccessKeyId", temporary.accessKeyId())
                                .leaf(
                                        "SecretAccessKey",
                                        temporary.secretAccessKey().reveal())
                                .leaf(
                                        "SessionToken",
                                        temporary.sessionToken() == null
                                                ? null
                                                : temporary.sessionToken().reveal())
                                .leaf("Expiration", temporary.expiresAt()));
    }

    private static String matching(Pattern form, String value, String what) {
        if (!form.matcher(value).matches()) {
            throw new AwsError(
                    400,
                    "ValidationError",
                    "1 validation error detected: Value '" + value + "' at '" + what
                            + "' failed to satisfy constraint: Member must satisfy regular expression pattern");
        }
        return value;
    }
}
