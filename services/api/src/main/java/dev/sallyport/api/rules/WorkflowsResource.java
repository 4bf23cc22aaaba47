package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.api.workflows.Workflow.Activation;
import dev.sallyport.api.workflows.Workflow.ApprovalStep;
import dev.sallyport.api.workflows.Workflow.Extension;
import dev.sallyport.api.workflows.Workflow.Validation;
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

/** Workflows: the terms on which access is had. */
@Path("/api/access/workflows")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class WorkflowsResource {

    private final RuleCalls calls;
    private final References references;
    private final BuiltIn builtIn;

    WorkflowsResource(RuleCalls calls, References references, BuiltIn builtIn) {
        this.calls = calls;
        this.references = references;
        this.builtIn = builtIn;
    }

    /** What was stored, and what we know of it. */
    @Schema(name = "Workflow")
    record View(
            String name,
            int priority,
            long accessDurationSeconds,
            long defaultDurationSeconds,
            @Nullable Long requestExpirySeconds,
            @Nullable Long activationExpirySeconds,
            Activation activation,
            boolean approvalRequired,
            List<ApprovalStep> approvalSteps,
            @Nullable Extension extension,
            Validation validation,
            int revision,
            boolean builtIn,
            @Nullable Instant updatedAt,
            @Nullable String updatedBy) {

        static View of(RuleRow row) {
            return of(
                    row.name,
                    StoredJson.read(row.body, new TypeReference<>() {}),
                    row.revision,
                    row.updatedAt,
                    row.updatedBy);
        }

        static View of(String name, Workflow rules, int revision, @Nullable Instant updatedAt, @Nullable String by) {
            return new View(
                    name,
                    rules.priority(),
                    rules.accessDurationSeconds(),
                    rules.defaultDurationSeconds(),
                    rules.requestExpirySeconds(),
                    rules.activationExpirySeconds(),
                    rules.activation(),
                    rules.approvalRequired(),
                    rules.approvalSteps(),
                    rules.extension(),
                    rules.validation(),
                    revision,
                    revision == 0,
                    updatedAt,
                    by);
        }
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listWorkflows", summary = "The workflows that are stored, by name")
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        return calls.page(RuleKind.WORKFLOW, limit, cursor, View::of);
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getWorkflow", summary = "One workflow, as it is in force")
    public RestResponse<View> get(@PathParam("name") String name) {
        return calls.get(RuleKind.WORKFLOW, name, View::of, () -> builtIn(name));
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putWorkflow",
            summary = "Store a workflow under this name; the same again changes nothing")
    public RestResponse<View> put(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch,
            @Nullable WorkflowBody body) {
        if (body == null) {
            throw WorkflowBody.refused("the body is a workflow: {} has every default");
        }
        Workflow workflow = body.checked();
        return calls.put(
                RuleKind.WORKFLOW,
                name,
                workflow,
                Expected.of(ifMatch, ifNoneMatch),
                () -> Uni.createFrom().voidItem(),
                View::of);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "deleteWorkflow", summary = "Remove a workflow; grants keep their terms")
    public void delete(@PathParam("name") String name, @HeaderParam("If-Match") @Nullable String ifMatch) {
        calls.delete(
                RuleKind.WORKFLOW,
                name,
                Expected.of(ifMatch, null),
                () -> references.refuseWhileUsed(RuleKind.WORKFLOW, name));
    }

    @GET
    @Path("/{name}/versions")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listWorkflowVersions", summary = "What it was and who changed it, the newest first")
    public Page<RuleCalls.Version> versions(
            @PathParam("name") String name,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return calls.versions(RuleKind.WORKFLOW, name, limit, cursor);
    }

    private View builtIn(String name) {
        if (name.equals(Rulebook.DEFAULT)) {
            return View.of(name, builtIn.workflow(), 0, null, null);
        }
        throw ProblemException.notFound("workflow", name);
    }
}
