package dev.sallyport.api.access;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.policies.Question;
import dev.sallyport.api.policies.Resource;
import dev.sallyport.api.rules.Principals;
import dev.sallyport.api.rules.Rulebook;
import dev.sallyport.api.rules.Rules;
import dev.sallyport.api.rules.Terms;
import dev.sallyport.api.targets.AccessTarget;
import dev.sallyport.api.targets.Targets;
import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.api.workflows.Workflow.Activation;
import dev.sallyport.api.workflows.Workflow.Extension;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What I may ask for, and what I shall be asked. */
@Path("/api/access/entitlements")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access")
class EntitlementsResource {

    private final Actor actor;
    private final Transactions transactions;
    private final Targets targets;
    private final Rules rules;
    private final Principals principals;
    private final InstantSource clock;

    EntitlementsResource(
            Actor actor,
            Transactions transactions,
            Targets targets,
            Rules rules,
            Principals principals,
            InstantSource clock) {
        this.actor = actor;
        this.transactions = transactions;
        this.targets = targets;
        this.rules = rules;
        this.principals = principals;
        this.clock = clock;
    }

    /**
     * One role in one database that I may ask for.
     *
     * @param connection the name of the database, for people
     * @param breakglass whether I may let myself in in an emergency
     * @param defaultLocalPort where {@code sally rds proxy} listens unless told; null when it makes one up
     */
    @Schema(name = "Entitlement")
    record View(
            String target,
            String role,
            String engine,
            String connection,
            String name,
            String roleName,
            Map<String, String> tags,
            Conditions workflow,
            boolean breakglass,
            @Nullable Integer defaultLocalPort) {}

    /**
     * The workflow that counts, as far as it matters to who asks.
     *
     * @param accessDurationSeconds at most
     * @param approvalRequired whether somebody else has to approve
     * @param approvalSteps the names of those who have to; none: any one approver
     * @param extension null when it cannot be extended
     */
    @Schema(name = "EntitlementWorkflow")
    record Conditions(
            String name,
            long accessDurationSeconds,
            long defaultDurationSeconds,
            boolean approvalRequired,
            List<String> approvalSteps,
            Activation activation,
            @Nullable Extension extension,
            boolean reasonRequired,
            @Nullable String reasonRegex,
            @Nullable String reasonMessage,
            boolean ticketRequired,
            @Nullable String ticketRegex,
            @Nullable String ticketMessage) {

        static Conditions of(Terms terms) {
            Workflow workflow = terms.rules();
            Workflow.Validation asked = workflow.validation();
            return new Conditions(
                    terms.workflow(),
                    workflow.accessDurationSeconds(),
                    workflow.defaultDurationSeconds(),
                    workflow.approvalRequired(),
                    workflow.approvalSteps().stream()
                            .map(Workflow.ApprovalStep::name)
                            .toList(),
                    workflow.activation(),
                    workflow.extension(),
                    asked.reasonRequired(),
                    asked.reasonRegex(),
                    asked.reasonMessage(),
                    asked.ticketRequired(),
                    asked.ticketRegex(),
                    asked.ticketMessage());
        }
    }

    /** A page holds fewer than it could where some are not for me; it may hold more where a connection has several databases. */
    @GET
    @RolesAllowed(Role.USER)
    @Operation(operationId = "listEntitlements", summary = "What I may ask for, by which workflow")
    public Page<View> entitlements(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        Person person = actor.person();
        PageQuery query = PageQuery.of(limit, cursor);
        Asked asked = transactions.call(() -> principals
                .seen(person)
                .chain(rules::current)
                .chain(book -> targets.page(query).map(page -> new Asked(book, page))));
        return new Page<>(
                asked.page().items().stream()
                        .flatMap(target -> view(asked.book(), person, target).stream())
                        .toList(),
                asked.page().nextCursor());
    }

    private record Asked(Rulebook book, Page<AccessTarget> page) {}

    private Optional<View> view(Rulebook book, Person person, AccessTarget target) {
        Resource resource = Resource.of(target);
        return book.termsFor(resource)
                .filter(terms -> allowed(book, PolicyAction.REQUEST, person, resource, terms))
                .map(terms -> new View(
                        target.database().toString(),
                        target.role(),
                        target.engine().label(),
                        target.name(),
                        target.name(),
                        target.roleName(),
                        target.tags(),
                        Conditions.of(terms),
                        allowed(book, PolicyAction.BREAKGLASS_ACTIVATE, person, resource, terms),
                        target.localPort().orElse(null)));
    }

    private boolean allowed(Rulebook book, PolicyAction action, Person person, Resource resource, Terms terms) {
        return book.ask(new Question(
                        action, person, resource, person.grantee(), terms.workflow(), "", "", clock.instant()))
                .allowed();
    }
}
