package dev.sallyport.api.identity;

import dev.sallyport.contracts.grants.Grantee;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who makes this call. */
@RequestScoped
public class Caller {

    private final SecurityIdentity identity;

    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** As the token says; without a token there is no name and no e-mail address, and the subject is the principal's name. */
    public Grantee grantee() {
        String name = identity.getPrincipal().getName();
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            return new Grantee(name, name, "");
        }
        String subject = token.getSubject() == null ? name : token.getSubject();
        String preferred = token.getClaim(Claims.preferred_username);
        String email = token.getClaim(Claims.email);
        return new Grantee(subject, preferred == null ? name : preferred, email == null ? "" : email);
    }

    /** With the roles of the token. */
    public Person person() {
        return new Person(grantee(), identity.getRoles());
    }

    /** The OIDC {@code sub}. */
    public String subject() {
        return grantee().subject();
    }

    public boolean has(String role) {
        return identity.hasRole(role);
    }
}
