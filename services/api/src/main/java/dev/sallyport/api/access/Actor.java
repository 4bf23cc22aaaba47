package dev.sallyport.api.access;

import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Person;
import jakarta.enterprise.context.RequestScoped;

/** Who makes this call, as the rules see them. */
@RequestScoped
public class Actor {

    private final Caller caller;

    Actor(Caller caller) {
        this.caller = caller;
    }

    public Person person() {
        return caller.person();
    }
}
