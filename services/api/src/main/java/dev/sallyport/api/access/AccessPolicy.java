package dev.sallyport.api.access;

import dev.sallyport.contracts.grants.Grantee;
import java.util.Set;

/** Who may do what. Denying is explicit and has a reason. */
public interface AccessPolicy {

    /** May this person ask for this? */
    Answer request(Person person, Entitlement entitlement);

    /** May this person approve or deny what {@code requester} asked for? */
    Answer decide(Person person, Grantee requester);

    /** May this person end the grant of {@code grantee}? */
    Answer close(Person person, Grantee grantee);

    /** Whoever acts, with the roles of the token. */
    record Person(Grantee grantee, Set<String> roles) {
        boolean is(Grantee other) {
            return grantee.subject().equals(other.subject());
        }

        boolean hasAny(String... wanted) {
            return java.util.Arrays.stream(wanted).anyMatch(roles::contains);
        }
    }

    /** The answer. */
    sealed interface Answer {
        record Allowed() implements Answer {}

        /** @param code stable, for programs */
        record Denied(String code, String why) implements Answer {}
    }
}
