package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Availability;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Availabilities: which target, or which selector, by which workflow. */
@Path("/api/access/availabilities")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class AvailabilitiesResource {

    private final RuleCalls calls;
    private final References references;

    AvailabilitiesResource(RuleCalls calls, References references) {
        this.calls = calls;
        this.references = references;
    }

    /** What was stored, and what we know of it. */
    @Schema(name = "Availability")
    record View(
            String name,
            String workflow,
            @Nullable String target,
            @Nullable String selector,
            @Nullable String role,
            @Nullable String identityStore,
            int revision,
            Instant updatedAt,
            String updatedBy) {

        static View of(RuleRow row) {
            Availability availability = StoredJson.read(row.body, new TypeReference<>() {});
            return new View(
                    row.name,
                    availability.workflow(),
                    availability.target(),
                    availability.selector(),
                    availability.role(),
                    availability.identityStore(),
                    row.revision,
                    row.updatedAt,
                    row.updatedBy);
        }
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listAvailabilities", summary = "The availabilities that are stored, by name")
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        return calls.page(RuleKind.AVAILABILITY, limit, cursor, View::of);
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getAvailability", summary = "One availability, as it is in force")
    public RestResponse<View> get(@PathParam("name") String name) {
        return calls.get(RuleKind.AVAILABILITY, name, View::of, () -> nothing(name));
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putAvailability",
            summary = "Store an availability under this name; the same again changes nothing")
    public RestResponse<View> put(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch,
            @Nullable AvailabilityBody body) {
        if (body == null) {
            throw WorkflowBody.refused("the body names a workflow, and a target or a selector");
        }
        Availability availability = body.checked();
        return calls.put(
                RuleKind.AVAILABILITY,
                name,
                availability,
                Expected.of(ifMatch, ifNoneMatch),
                () -> references.refuseUnknown(availability),
                View::of);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "deleteAvailability", summary = "Remove an availability")
    public void delete(@PathParam("name") String name, @HeaderParam("If-Match") @Nullable String ifMatch) {
        calls.delete(
                RuleKind.AVAILABILITY,
                name,
                Expected.of(ifMatch, null),
                () -> Uni.createFrom().voidItem());
    }

    @GET
    @Path("/{name}/versions")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listAvailabilityVersions", summary = "What it was and who changed it, the newest first")
    public Page<RuleCalls.Version> versions(
            @PathParam("name") String name,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return calls.versions(RuleKind.AVAILABILITY, name, limit, cursor);
    }

    private static View nothing(String name) {
        throw ProblemException.notFound("availability", name);
    }
}
