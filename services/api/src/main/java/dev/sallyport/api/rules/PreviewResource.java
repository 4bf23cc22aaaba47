package dev.sallyport.api.rules;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.policies.Question;
import dev.sallyport.api.policies.Resource;
import dev.sallyport.api.policies.Verdict;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.targets.Targets;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who could do what, before anybody tries. Nothing is kept of it. */
@Path("/api/access/policies/preview")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class PreviewResource {

    private final Transactions transactions;
    private final Rules rules;
    private final Targets targets;
    private final Principals principals;
    private final InstantSource clock;

    PreviewResource(
            Transactions transactions, Rules rules, Targets targets, Principals principals, InstantSource clock) {
        this.transactions = transactions;
        this.rules = rules;
        this.targets = targets;
        this.principals = principals;
        this.clock = clock;
    }

    /** @param groups as a token would name them */
    @Schema(name = "PreviewPrincipal")
    record Principal(
            @Nullable String subject,
            @Nullable String name,
            @Nullable String email,
            @Nullable List<String> groups) {}

    /**
     * @param action {@code Request} when it is left out
     * @param principal whom to try it with; everybody who is known when it is left out
     * @param owner whose request, grant or session it is; the principal's own when it is left out
     */
    @Schema(name = "Preview")
    record Body(
            @Nullable String target,
            @Nullable String role,
            @Nullable String action,
            @Nullable Principal principal,
            @Nullable Principal owner,
            @Nullable Integer limit,
            @Nullable String cursor) {}

    @Schema(name = "PreviewedPrincipal")
    record Item(
            String subject,
            String name,
            String email,
            List<String> groups,
            String decision,
            List<String> policies,
            String why) {}

    /** @param workflow by which it is available; null when it is not */
    @Schema(name = "PreviewAnswer")
    record Answer(
            String action,
            @Nullable String workflow,
            List<Item> items,
            @Nullable String nextCursor) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "previewPolicies", summary = "Who could ask for this? Or: could this person do that?")
    public Answer preview(@Nullable Body body) {
        if (body == null || body.target() == null || body.role() == null) {
            throw ProblemException.badRequest("invalid_field", "target and role say what it is about");
        }
        PolicyAction action = PolicyAction.ofLabel(Objects.requireNonNullElse(body.action(), "Request"))
                .orElseThrow(
                        () -> ProblemException.badRequest("invalid_action", "there is no action " + body.action()));
        Resource resource = resource(body.target(), body.role());
        Rulebook book = rules.book();
        Optional<Terms> terms = book.termsFor(resource);
        Page<Person> people = people(body);
        return new Answer(
                action.label(),
                terms.map(Terms::workflow).orElse(null),
                people.items().stream()
                        .map(person -> item(person, book.ask(question(action, person, resource, body, terms))))
                        .toList(),
                people.nextCursor());
    }

    private Question question(PolicyAction action, Person person, Resource resource, Body body, Optional<Terms> terms) {
        Grantee owner =
                body.owner() == null ? person.grantee() : person(body.owner()).grantee();
        return new Question(
                action, person, resource, owner, terms.map(Terms::workflow).orElse(""), "", "", clock.instant());
    }

    private Page<Person> people(Body body) {
        if (body.principal() != null) {
            return Page.whole(List.of(person(body.principal())));
        }
        PageQuery query = PageQuery.of(body.limit() == null ? null : Integer.toString(body.limit()), body.cursor());
        return transactions.call(() -> principals.page(query));
    }

    private static Person person(Principal given) {
        if (given.subject() == null || given.subject().isBlank()) {
            throw ProblemException.badRequest("invalid_field", "a principal has a subject");
        }
        Set<String> groups = new HashSet<>(Objects.requireNonNullElse(given.groups(), List.of()));
        groups.add(Role.USER);
        return new Person(
                new Grantee(
                        given.subject(),
                        Objects.requireNonNullElse(given.name(), given.subject()),
                        Objects.requireNonNullElse(given.email(), "")),
                groups);
    }

    private Resource resource(String target, String role) {
        RdsDatabaseId id;
        try {
            id = RdsDatabaseId.parse(target);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_target", String.valueOf(e.getMessage()));
        }
        return transactions
                .call(() -> targets.find(id, role))
                .map(Resource::of)
                .orElseThrow(() -> ProblemException.notFound("role " + role + " in", target));
    }

    private static Item item(Person person, Verdict verdict) {
        return new Item(
                person.subject(),
                person.grantee().name(),
                person.grantee().email(),
                person.roles().stream().sorted().toList(),
                verdict.allowed() ? "allow" : "deny",
                verdict.policies(),
                verdict.why());
    }
}
