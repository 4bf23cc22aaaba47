package dev.sallyport.notifier.rest;

import dev.sallyport.contracts.grants.Grantee;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who makes this call. */
@RequestScoped
public class Caller {

    public static final String ADMIN = "admin";
    public static final String AUDITOR = "auditor";

    private final SecurityIdentity identity;

    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** As the token says. */
    public Grantee person() {
        String name = identity.getPrincipal().getName();
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            return new Grantee(name, name, "");
        }
        String subject = token.getSubject() == null ? name : token.getSubject();
        String preferred = token.getClaim(Claims.preferred_username);
        String email = token.getClaim(Claims.email);
        return new Grantee(subject, preferred == null ? name : preferred, email == null ? "" : email);
    }
}
