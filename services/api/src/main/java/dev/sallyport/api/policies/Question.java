package dev.sallyport.api.policies;

import dev.sallyport.api.identity.Person;
import dev.sallyport.contracts.grants.Grantee;
import java.time.Instant;

/**
 * May this person do this to that?
 *
 * @param owner who asked for it, or whose it is
 * @param workflow by which it is asked; empty where there is none
 */
public record Question(
        PolicyAction action,
        Person person,
        Resource resource,
        Grantee owner,
        String workflow,
        String reason,
        String ticket,
        Instant now) {

    /** About what has no reason, ticket and workflow, or where they are not known. */
    public static Question of(PolicyAction action, Person person, Resource resource, Grantee owner, Instant now) {
        return new Question(action, person, resource, owner, "", "", "", now);
    }
}
