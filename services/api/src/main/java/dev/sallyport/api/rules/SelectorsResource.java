package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.policies.Expressions;
import dev.sallyport.api.policies.Flaw;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Selector;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Selectors: conditions that find resources. */
@Path("/api/access/selectors")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class SelectorsResource {

    private final RuleCalls calls;
    private final References references;

    SelectorsResource(RuleCalls calls, References references) {
        this.calls = calls;
        this.references = references;
    }

    @Schema(name = "SelectorBody")
    record SelectorBody(@Nullable String when) {}

    /** What was stored, and what we know of it. */
    @Schema(name = "Selector")
    record View(String name, String when, int revision, Instant updatedAt, String updatedBy) {

        static View of(RuleRow row) {
            Selector selector = StoredJson.read(row.body, new TypeReference<>() {});
            return new View(row.name, selector.when(), row.revision, row.updatedAt, row.updatedBy);
        }
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listSelectors", summary = "The selectors that are stored, by name")
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        return calls.page(RuleKind.SELECTOR, limit, cursor, View::of);
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getSelector", summary = "One selector, as it is in force")
    public RestResponse<View> get(@PathParam("name") String name) {
        return calls.get(RuleKind.SELECTOR, name, View::of, () -> nothing(name));
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putSelector",
            summary = "Store a selector under this name; the same again changes nothing")
    public RestResponse<View> put(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch,
            @Nullable SelectorBody body) {
        if (body == null || body.when() == null) {
            throw WorkflowBody.refused(
                    "when is a condition over resource, for instance resource.engine == \"postgres\"");
        }
        List<Flaw> flaws = Expressions.flaws(Expressions.Scope.RESOURCE, body.when());
        if (!flaws.isEmpty()) {
            throw WorkflowBody.notCedar("the condition of the selector " + name, flaws);
        }
        return calls.put(
                RuleKind.SELECTOR,
                name,
                new Selector(body.when()),
                Expected.of(ifMatch, ifNoneMatch),
                () -> Uni.createFrom().voidItem(),
                View::of);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "deleteSelector", summary = "Remove a selector")
    public void delete(@PathParam("name") String name, @HeaderParam("If-Match") @Nullable String ifMatch) {
        calls.delete(
                RuleKind.SELECTOR,
                name,
                Expected.of(ifMatch, null),
                () -> references.refuseWhileUsed(RuleKind.SELECTOR, name));
    }

    @GET
    @Path("/{name}/versions")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listSelectorVersions", summary = "What it was and who changed it, the newest first")
    public Page<RuleCalls.Version> versions(
            @PathParam("name") String name,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return calls.versions(RuleKind.SELECTOR, name, limit, cursor);
    }

    private static View nothing(String name) {
        throw ProblemException.notFound("selector", name);
    }
}
