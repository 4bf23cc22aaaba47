package dev.sallyport.api.access;

import dev.sallyport.api.access.AccessPolicy.Person;
import dev.sallyport.api.identity.Caller;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;

/** Who makes this call, as the policy sees them. */
@RequestScoped
public class Actor {

    private final Caller caller;
    private final SecurityIdentity identity;

    Actor(Caller caller, SecurityIdentity identity) {
        this.caller = caller;
        this.identity = identity;
    }

    public Person person() {
        return new Person(caller.grantee(), identity.getRoles());
    }
}
