package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.policies.Flaw;
import dev.sallyport.api.policies.PolicyDocument;
import dev.sallyport.api.problem.ProblemException;
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

/** Policies: documents in Cedar. */
@Path("/api/access/policies")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class PoliciesResource {

    private final RuleCalls calls;

    PoliciesResource(RuleCalls calls) {
        this.calls = calls;
    }

    @Schema(name = "PolicyBody")
    record PolicyBody(@Nullable String text) {}

    /** What was stored, and what we know of it. */
    @Schema(name = "Policy")
    record View(
            String name,
            String text,
            int revision,
            boolean builtIn,
            @Nullable Instant updatedAt,
            @Nullable String updatedBy) {

        static View of(RuleRow row) {
            PolicyText policy = StoredJson.read(row.body, new TypeReference<>() {});
            return new View(row.name, policy.text(), row.revision, false, row.updatedAt, row.updatedBy);
        }
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listPolicies", summary = "The policies that are stored, by name")
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        return calls.page(RuleKind.POLICY, limit, cursor, View::of);
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getPolicy", summary = "One policy document, as it is in force")
    public RestResponse<View> get(@PathParam("name") String name) {
        return calls.get(RuleKind.POLICY, name, View::of, () -> builtIn(name));
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putPolicy",
            summary = "Store a policy document under this name; the same again changes nothing")
    public RestResponse<View> put(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch,
            @Nullable PolicyBody body) {
        if (body == null || body.text() == null) {
            throw WorkflowBody.refused("text is a document in Cedar");
        }
        List<Flaw> flaws = new PolicyDocument(name, body.text()).flaws();
        if (!flaws.isEmpty()) {
            throw WorkflowBody.notCedar("the policy document " + name, flaws);
        }
        return calls.put(
                RuleKind.POLICY,
                name,
                new PolicyText(body.text()),
                Expected.of(ifMatch, ifNoneMatch),
                () -> Uni.createFrom().voidItem(),
                View::of);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "deletePolicy", summary = "Remove a policy document")
    public void delete(@PathParam("name") String name, @HeaderParam("If-Match") @Nullable String ifMatch) {
        calls.delete(
                RuleKind.POLICY,
                name,
                Expected.of(ifMatch, null),
                () -> Uni.createFrom().voidItem());
    }

    @GET
    @Path("/{name}/versions")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listPolicyVersions", summary = "What it was and who changed it, the newest first")
    public Page<RuleCalls.Version> versions(
            @PathParam("name") String name,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return calls.versions(RuleKind.POLICY, name, limit, cursor);
    }

    private static View builtIn(String name) {
        if (name.equals(PolicyDocument.DEFAULT)) {
            return new View(name, PolicyDocument.builtIn().text(), 0, true, null, null);
        }
        throw ProblemException.notFound("policy document", name);
    }
}
