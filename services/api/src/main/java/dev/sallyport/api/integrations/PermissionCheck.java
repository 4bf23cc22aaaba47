package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** Which of the actions that we need are allowed to us, as {@code iam:SimulatePrincipalPolicy} says. */
final class PermissionCheck {

    /** What discovery and provisioning call. */
    static final List<String> NEEDED_ACTIONS = List.of(
            "organizations:ListAccounts",
            "rds:DescribeDBInstances",
            "rds:ModifyDBInstance",
            "rds:ModifyDBCluster",
            "ec2:DescribeSecurityGroups",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:CreateSecurityGroup",
            "ec2:CreateTags",
            "iam:SimulatePrincipalPolicy",
            "sts:AssumeRole");

    private static final Pattern SESSION = Pattern.compile("arn:([a-z-]+):sts::(\\d{12}):assumed-role/([^/]+)/.+");

    /** @param decision {@code allowed}, {@code explicitDeny} or {@code implicitDeny}, in the words of IAM */
    @JsonPropertyOrder({"action_name", "decision", "resource_name"})
    @Schema(name = "EvaluationDetail")
    record Detail(
            @Schema(examples = "rds:ModifyDBInstance") String actionName,
            @Schema(examples = "allowed") String decision,
            @Schema(examples = "*") String resourceName) {}

    /** @param status {@code allowed} when all are, else {@code denied} */
    @JsonPropertyOrder({"status", "identity", "evaluation_details"})
    @Schema(name = "Verification")
    record Verdict(
            @Schema(enumeration = {"allowed", "denied"}) String status,

            @Schema(examples = "arn:aws:iam::111111111111:user/sallyport")
            String identity,

            List<Detail> evaluationDetails) {}

    static Verdict of(AwsAccess access) {
        String identity = access.askIdentity().arn();
        List<EvaluationResult> results = AwsException.calling(
                "iam:SimulatePrincipalPolicy",
                () -> access
                        .home()
                        .iam()
                        .simulatePrincipalPolicyPaginator(request ->
                                request.policySourceArn(principal(identity)).actionNames(NEEDED_ACTIONS))
                        .stream()
                        .flatMap(page -> page.evaluationResults().stream())
                        .toList());
        boolean allowed = results.size() == NEEDED_ACTIONS.size()
                && results.stream().allMatch(result -> result.evalDecision() == PolicyEvaluationDecisionType.ALLOWED);
        return new Verdict(
                allowed ? "allowed" : "denied",
                identity,
                results.stream().map(PermissionCheck::detail).toList());
    }

    /** IAM simulates users and roles, not the sessions of a role. A role with a path cannot be told from its session. */
    static String principal(String identity) {
        Matcher session = SESSION.matcher(identity);
        return session.matches()
                ? "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + session.group(3)
                : identity;
    }

    private static Detail detail(EvaluationResult result) {
        return new Detail(
                result.evalActionName(),
                result.evalDecisionAsString(),
                result.evalResourceName() == null ? "*" : result.evalResourceName());
    }

    private PermissionCheck() {}
}
