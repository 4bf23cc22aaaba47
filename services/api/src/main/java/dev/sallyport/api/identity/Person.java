package dev.sallyport.api.identity;

import dev.sallyport.contracts.grants.Grantee;
import java.util.Arrays;
import java.util.Set;

/**
 * Whoever acts.
 *
 * @param roles all that the token's claim {@code groups} names, and {@link Role#USER}
 */
public record Person(Grantee grantee, Set<String> roles) {

    public boolean is(Grantee other) {
        return grantee.subject().equals(other.subject());
    }

    public boolean hasAny(String... wanted) {
        return Arrays.stream(wanted).anyMatch(roles::contains);
    }

    /** The OIDC {@code sub}. */
    public String subject() {
        return grantee.subject();
    }
}
