package dev.sallyport.provisioner.aws;

import dev.sallyport.aws.AwsClients;
import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.RdsArn;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** What our identity in the instance's account may do, by {@code iam:SimulatePrincipalPolicy}. */
public final class Permissions {

    private static final Pattern SESSION =
            Pattern.compile("arn:([a-z-]+):sts::(\\d{12}):assumed-role/([\\w+=,.@-]+)/.*");

    private final StoredAwsAccess access;

    public Permissions(StoredAwsAccess access) {
        this.access = access;
    }

    /**
     * Those that are denied; empty when nobody can say: the simulation itself is denied, or does not know us.
     *
     * @param resource an ARN, or {@code *} for all
     */
    public Optional<List<String>> denied(RdsArn instance, String resource, List<String> actions) {
        try {
            AwsClients clients = access.current().of(instance);
            String ours = principal(
                    clients,
                    AwsException.calling(
                            "sts:GetCallerIdentity",
                            () -> clients.sts().getCallerIdentity().arn()));
            return Optional.of(AwsException.calling(
                    "iam:SimulatePrincipalPolicy",
                    () -> clients
                            .iam()
                            .simulatePrincipalPolicyPaginator(request -> request.policySourceArn(ours)
                                    .resourceArns(resource)
                                    .actionNames(actions))
                            .evaluationResults()
                            .stream()
                            .filter(result -> result.evalDecision() != PolicyEvaluationDecisionType.ALLOWED)
                            .map(EvaluationResult::evalActionName)
                            .toList()));
        } catch (AwsException e) {
            if (e.transientFailure()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /**
     * Of a role's session, the role: policies are the role's. A session's ARN lacks the path of the role, so IAM is asked for
     * it; who may not ask is taken to have none.
     */
    private static String principal(AwsClients clients, String arn) {
        Matcher session = SESSION.matcher(arn);
        if (!session.matches()) {
            return arn;
        }
        String name = session.group(3);
        try {
            return AwsException.calling(
                    "iam:GetRole",
                    () -> clients.iam()
                            .getRole(request -> request.roleName(name))
                            .role()
                            .arn());
        } catch (AwsException e) {
            if (e.transientFailure()) {
                throw e;
            }
            return "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + name;
        }
    }
}
