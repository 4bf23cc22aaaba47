package dev.sallyport.api.rules;

import dev.sallyport.api.identity.Person;
import dev.sallyport.contracts.grants.Grantee;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Set;

/** Somebody who asked for access or decided on it, with the groups of their newest token. */
@Entity(name = "AccessPrincipal")
@Table(name = "access_principal")
@SuppressWarnings("NullAway.Init")
class PrincipalRow extends PanacheEntityBase {

    @Id
    String subject;

    String name;
    String email;
    String[] groups;

    @Column(name = "seen_at")
    Instant seenAt;

    Person person() {
        return new Person(new Grantee(subject, name, email), Set.of(groups));
    }
}
