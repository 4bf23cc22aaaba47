package dev.sallyport.api.access;

import dev.sallyport.contracts.grants.Grantee;

/** A person, as clients see one. */
public record PersonView(String subject, String name, String email) {
    static PersonView of(Grantee person) {
        return new PersonView(person.subject(), person.name(), person.email());
    }
}
