package dev.sallyport.api.access;

import dev.sallyport.api.identity.Role;
import dev.sallyport.contracts.grants.Grantee;
import jakarta.enterprise.context.ApplicationScoped;

/** Anyone may ask; approvers decide, never on their own request; owner, approver and admin close. */
@ApplicationScoped
class DefaultPolicy implements AccessPolicy {

    private static final Answer ALLOWED = new Answer.Allowed();

    @Override
    public Answer request(Person person, Entitlement entitlement) {
        return ALLOWED;
    }

    @Override
    public Answer decide(Person person, Grantee requester) {
        if (person.is(requester)) {
            return new Answer.Denied("own_request", "nobody decides on their own request: ask somebody else");
        }
        return person.hasAny(Role.APPROVER)
                ? ALLOWED
                : new Answer.Denied("forbidden", "only an approver decides on requests");
    }

    @Override
    public Answer close(Person person, Grantee grantee) {
        return person.is(grantee) || person.hasAny(Role.APPROVER, Role.ADMIN)
                ? ALLOWED
                : new Answer.Denied("forbidden", "only its owner, an approver or an admin closes a grant");
    }
}
