package dev.sallyport.api.rules;

import dev.sallyport.api.identity.Person;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** Who is known here: tokens come and go, and nobody else could tell who might ask. Part of the caller's transaction. */
@ApplicationScoped
public class Principals {

    /** Written once in an hour, unless something is new. */
    private static final String SEEN = """
            INSERT INTO access_principal AS known (subject, name, email, groups, seen_at)
            VALUES (:subject, :name, :email, string_to_array(:groups, chr(10)), :now)
            ON CONFLICT (subject) DO UPDATE
            SET name = excluded.name, email = excluded.email, groups = excluded.groups, seen_at = excluded.seen_at
            WHERE (known.name, known.email, known.groups) IS DISTINCT FROM (excluded.name, excluded.email, excluded.groups)
               OR known.seen_at < excluded.seen_at - interval '1 hour'
            """;

    private final InstantSource clock;

    Principals(InstantSource clock) {
        this.clock = clock;
    }

    public Uni<Void> seen(Person person) {
        String groups = String.join("\n", person.roles().stream().sorted().toList());
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(SEEN)
                        .setParameter("subject", person.subject())
                        .setParameter("name", person.grantee().name())
                        .setParameter("email", person.grantee().email())
                        .setParameter("groups", groups)
                        .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** By subject. */
    Uni<Page<Person>> page(PageQuery query) {
        return PrincipalRow.<PrincipalRow>find(
                        "subject > ?1 order by subject", query.after().orElse(""))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.subject, PrincipalRow::person));
    }
}
