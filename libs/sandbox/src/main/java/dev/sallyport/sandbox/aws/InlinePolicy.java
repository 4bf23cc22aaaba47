package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.aws.policy.PolicyEvaluator;
import java.util.Map;

/**
 * The inline policy of a permission set: at most 10,240 characters, spaces not counted (IAM Identity Center quotas), and a
 * policy.
 */
final class InlinePolicy {

    private static final int MOST_CHARACTERS = 10_240;

    static String check(String policy) {
        if (policy.replaceAll("\\s", "").length() > MOST_CHARACTERS) {
            throw new AwsError(
                    400, "ServiceQuotaExceededException", "Cannot exceed quota for PolicySize: " + MOST_CHARACTERS);
        }
        try {
            PolicyEvaluator.allows(policy, "sts:GetCallerIdentity", "*", Map.of());
            return policy;
        } catch (IllegalArgumentException e) {
            throw JsonInput.invalid("MalformedPolicyDocument: " + e.getMessage());
        }
    }

    private InlinePolicy() {}
}
