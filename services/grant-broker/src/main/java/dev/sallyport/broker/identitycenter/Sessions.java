package dev.sallyport.broker.identitycenter;

import dev.sallyport.aws.AwsClients;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.ssm.model.Session;
import software.amazon.awssdk.services.ssm.model.SessionState;

/**
 * The Session Manager sessions of a grant: those of the role that Identity Center made of its permission set. They block and
 * throw {@link dev.sallyport.aws.AwsException}.
 */
class Sessions {

    private final AwsAccounts aws;

    Sessions(AwsAccounts aws) {
        this.aws = aws;
    }

    /** Ends them all; returns how many there were. Nothing without a role to do it with. */
    int end(Plan plan) {
        if (plan.sessionRole() == null) {
            return 0;
        }
        String owner = ":assumed-role/AWSReservedSSO_" + plan.grantId() + "_";
        List<Session> theirs = calling(
                plan,
                "ssm:DescribeSessions",
                clients ->
                        clients.ssm().describeSessionsPaginator(r -> r.state(SessionState.ACTIVE)).sessions().stream()
                                .filter(session -> session.owner() != null
                                        && session.owner().contains(owner))
                                .toList());
        theirs.forEach(session -> calling(
                plan,
                "ssm:TerminateSession",
                clients -> clients.ssm().terminateSession(r -> r.sessionId(session.sessionId()))));
        return theirs.size();
    }

    private <T> T calling(Plan plan, String operation, Function<AwsClients, T> call) {
        return aws.calling(
                plan.accountId(),
                plan.region(),
                java.util.Objects.requireNonNull(plan.sessionRole()),
                plan.center().externalId(),
                operation,
                call);
    }
}
