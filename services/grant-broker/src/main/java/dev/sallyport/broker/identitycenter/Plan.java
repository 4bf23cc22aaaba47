package dev.sallyport.broker.identitycenter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is arranged for a grant, and what is known of it so far. All that is needed to take it down is in here.
 *
 * @param accountId where the db-proxies are
 * @param region of the db-proxies
 * @param sessionRole the name of the role in that account with which sessions are ended; null when they are not
 * @param principalId the person's id in the identity store; null until it is found
 * @param setArn the permission set; null until it is made or found, and when it is gone
 * @param assigning the request that assigns it; null when none is known
 * @param unassigning the request that takes it back; null when none is known
 */
record Plan(
        String grantId,
        Center center,
        String email,
        String accountId,
        String region,
        String policy,
        Duration session,
        @Nullable String sessionRole,
        @Nullable String principalId,
        @Nullable String setArn,
        @Nullable String assigning,
        @Nullable String unassigning) {

    /** The same wish with what {@code other} knows of AWS. */
    Plan knowing(Plan other) {
        return with(other.principalId, other.setArn, other.assigning, other.unassigning);
    }

    Plan withPrincipal(String id) {
        return with(id, setArn, assigning, unassigning);
    }

    Plan withSet(@Nullable String arn) {
        return with(principalId, arn, assigning, unassigning);
    }

    Plan withAssigning(@Nullable String request) {
        return with(principalId, setArn, request, unassigning);
    }

    Plan withUnassigning(@Nullable String request) {
        return with(principalId, setArn, assigning, request);
    }

    /** The same for somebody else, perhaps elsewhere. */
    Plan assignedTo(String account, String principal) {
        return new Plan(
                grantId, center, email, account, region, policy, session, sessionRole, principal, setArn, null, null);
    }

    private Plan with(
            @Nullable String principal, @Nullable String set, @Nullable String assign, @Nullable String unassign) {
        return new Plan(
                grantId,
                center,
                email,
                accountId,
                region,
                policy,
                session,
                sessionRole,
                principal,
                set,
                assign,
                unassign);
    }
}
