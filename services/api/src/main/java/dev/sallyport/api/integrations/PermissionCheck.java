package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsClients;
import dev.sallyport.aws.AwsException;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** Asks {@code iam:SimulatePrincipalPolicy} which of the actions that we need are allowed, at home and in other accounts. */
@Singleton
final class PermissionCheck {

    private static final String OPERATION = "iam:SimulatePrincipalPolicy";
    private static final Pattern SESSION = Pattern.compile("arn:([a-z-]+):sts::(\\d{12}):assumed-role/([^/]+)/.+");

    private final SideBySide sideBySide;

    PermissionCheck(SideBySide sideBySide) {
        this.sideBySide = sideBySide;
    }

    /**
     * @param accountIds to be checked besides our own; one that fails is {@code unknown}
     * @throws AwsException when our own account cannot be checked
     */
    Verification verify(AwsAccess access, List<String> accountIds) {
        AwsAccess.Identity identity = access.askIdentity();
        String principal = principal(access, identity.arn());
        List<Verification.Detail> home =
                AwsException.calling(OPERATION, () -> simulate(access.home(), principal, NeededAction.AT_HOME));
        List<Check> checks = accountIds.stream()
                .filter(account -> !account.equals(identity.accountId()))
                .map(account -> new Check(access, account))
                .toList();
        Set<Check> late = new HashSet<>(sideBySide.run(checks, sideBySide.deadline()));
        Map<String, Verification.Account> members = checks.stream()
                .collect(Collectors.toMap(check -> check.accountId, check -> check.verdict(late.contains(check))));
        List<Verification.Account> accounts = accountIds.stream()
                .map(account -> members.getOrDefault(account, Verification.Account.of(account, principal, home)))
                .toList();
        boolean allowed = Verification.statusOf(home).equals(Verification.ALLOWED)
                && accounts.stream().allMatch(account -> account.status().equals(Verification.ALLOWED));
        return new Verification(allowed ? Verification.ALLOWED : Verification.DENIED, identity.arn(), home, accounts);
    }

    /** The check of one account. Its thread writes, who waits for it reads. */
    private final class Check implements Runnable {

        private final AwsAccess access;
        private final String accountId;
        private volatile Verification.@Nullable Account verdict;

        Check(AwsAccess access, String accountId) {
            this.access = access;
            this.accountId = accountId;
        }

        @Override
        public void run() {
            String role = access.roleArn(accountId);
            try {
                verdict = Verification.Account.of(
                        accountId,
                        role,
                        access.calling(
                                accountId,
                                access.region(),
                                OPERATION,
                                clients -> simulate(clients, role, NeededAction.IN_MEMBERS)));
            } catch (AwsException e) {
                verdict = Verification.Account.unknown(accountId, role, shortcoming(e));
            }
        }

        Verification.Account verdict(boolean late) {
            Verification.Account known = verdict;
            return late || known == null
                    ? Verification.Account.unknown(
                            accountId, access.roleArn(accountId), Shortcoming.late(OPERATION, sideBySide.deadline()))
                    : known;
        }
    }

    private static Shortcoming shortcoming(AwsException e) {
        Shortcoming plain = Shortcoming.of(e);
        return e.kind() == AwsException.Kind.DENIED && e.operation().equals(OPERATION)
                ? new Shortcoming(plain.code(), plain.text() + "; allow it to the role to have its permissions checked")
                : plain;
    }

    private static List<Verification.Detail> simulate(
            AwsClients clients, String principal, List<NeededAction> actions) {
        Map<String, EvaluationResult> results = clients
                .iam()
                .simulatePrincipalPolicyPaginator(request -> request.policySourceArn(principal)
                        .actionNames(actions.stream().map(NeededAction::name).toList()))
                .stream()
                .flatMap(page -> page.evaluationResults().stream())
                .collect(Collectors.toMap(EvaluationResult::evalActionName, Function.identity(), (one, same) -> one));
        return actions.stream()
                .map(action -> detail(action, results.get(action.name())))
                .toList();
    }

    /** What IAM did not answer for counts as denied. */
    private static Verification.Detail detail(NeededAction action, @Nullable EvaluationResult result) {
        String resource = result == null ? null : result.evalResourceName();
        return new Verification.Detail(
                action.name(),
                result == null ? PolicyEvaluationDecisionType.IMPLICIT_DENY.toString() : result.evalDecisionAsString(),
                resource == null ? "*" : resource,
                action.feature(),
                action.required(),
                result == null ? "IAM did not evaluate it" : reason(result));
    }

    private static @Nullable String reason(EvaluationResult result) {
        if (result.evalDecision() == PolicyEvaluationDecisionType.ALLOWED) {
            return null;
        }
        if (result.organizationsDecisionDetail() != null
                && Boolean.FALSE.equals(result.organizationsDecisionDetail().allowedByOrganizations())) {
            return "a service control policy of the organisation denies it";
        }
        if (result.permissionsBoundaryDecisionDetail() != null
                && Boolean.FALSE.equals(
                        result.permissionsBoundaryDecisionDetail().allowedByPermissionsBoundary())) {
            return "the permissions boundary does not allow it";
        }
        return result.evalDecision() == PolicyEvaluationDecisionType.EXPLICIT_DENY
                ? "a policy of the user or role denies it"
                : "no policy of the user or role allows it";
    }

    /**
     * IAM simulates users and roles, not the sessions of a role. A session's ARN lacks the path of the role: where we may, we
     * ask for it.
     *
     * @throws AwsException for the root user, whom nobody can simulate
     */
    private static String principal(AwsAccess access, String identity) {
        if (identity.endsWith(":root")) {
            throw new AwsException(
                    AwsException.Kind.INVALID,
                    OPERATION,
                    "",
                    "the access key is the root user's, whom IAM cannot simulate; use that of a user or a role");
        }
        Matcher session = SESSION.matcher(identity);
        if (!session.matches()) {
            return identity;
        }
        String name = session.group(3);
        try {
            return AwsException.calling(
                    "iam:GetRole",
                    () -> access.home()
                            .iam()
                            .getRole(request -> request.roleName(name))
                            .role()
                            .arn());
        } catch (AwsException e) {
            return "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + name;
        }
    }
}
