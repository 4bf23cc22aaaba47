package dev.sallyport.sandbox.aws;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** STS: GetCallerIdentity and AssumeRole (STS API reference, 2011-06-15). */
final class StsCalls extends QueryProtocol {

    private static final Pattern ROLE_ARN = Pattern.compile("arn:aws:iam::(\\d{12}):role/([\\w+=,.@-]{1,64})");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");
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
        String session = required(form, "RoleSessionName");
        String roleArn = required(form, "RoleArn");
        if (!SESSION_NAME.matcher(session).matches()) {
            throw new AwsError(400, "ValidationError", "RoleSessionName does not match [\\w+=,.@-]*");
        }
        int seconds = Integer.parseInt(form.getOrDefault("DurationSeconds", "3600"));
        if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
            throw new AwsError(400, "ValidationError", "DurationSeconds must be between 900 and 43200");
        }
        Matcher parts = ROLE_ARN.matcher(roleArn);
        Credential temporary = (parts.matches()
                                && caller.accountId().equals(cloud.management().id())
                        ? cloud.assume(parts.group(1), parts.group(2), session, Duration.ofSeconds(seconds))
                        : java.util.Optional.<Credential>empty())
                .orElseThrow(() -> new AwsError(
                        403,
                        "AccessDenied",
                        "User: " + caller.arn() + " is not authorized to perform: sts:AssumeRole on resource: "
                                + roleArn));
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
}
