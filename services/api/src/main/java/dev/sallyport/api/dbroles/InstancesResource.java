package dev.sallyport.api.dbroles;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Instances that roles were made in: what has changed since, and how to take the roles out again. */
@Path("/api/dbroles/instances")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "dbroles")
class InstancesResource {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Drift drift;
    private final Deprovisioning deprovisioning;
    private final Caller caller;

    InstancesResource(Drift drift, Deprovisioning deprovisioning, Caller caller) {
        this.drift = drift;
        this.deprovisioning = deprovisioning;
        this.caller = caller;
    }

    /** The body of a deprovisioning. */
    @Schema(name = "Deprovision", examples = "{\"confirm\": \"orders\"}")
    record NewDeprovisioning(
            @Schema(description = "The agent that made the roles when it is left out.")
            @JsonProperty("agent_id")
            @Nullable String agentId,

            @Schema(description = "The instance's identifier. Without it the call answers what would go.")
            @JsonProperty("confirm")
            @Nullable String confirm,

            @Schema(description = "Only tell what would be changed: the plan is at `/api/dbroles/jobs/{id}/plan`.")
            @JsonProperty("dry_run")
            @Nullable Boolean dryRun,

            @Schema(description = "End the live grants on the instance first.") @JsonProperty("close_grants") @Nullable Boolean closeGrants,

            @Schema(enumeration = {"fail", "wait"}) @JsonProperty("when_agent_offline") @Nullable String whenAgentOffline) {}

    @GET
    @Path("/{arn}/drift")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(
            operationId = "getDrift",
            summary = "What has changed in an instance since its roles were made",
            description =
                    "Asks the instance now. When that takes long the answer is 202 with the job; go on with the address in Location.")
    @APIResponse(
            responseCode = "200",
            description = "The report",
            content = @Content(schema = @Schema(implementation = Drift.Report.class)))
    @APIResponse(
            responseCode = "202",
            description = "It takes longer",
            content = @Content(schema = @Schema(implementation = JobsResource.Accepted.class)))
    public Response drift(
            @PathParam("arn") String arn,
            @Parameter(description = "of an answer 202 before") @QueryParam("job_id") @Nullable String jobId) {
        return report(instance(arn), jobId);
    }

    @GET
    @Path("/drift")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getDriftByQuery", summary = "The same for clients that cannot put an ARN into a path")
    @APIResponse(
            responseCode = "200",
            description = "The report",
            content = @Content(schema = @Schema(implementation = Drift.Report.class)))
    public Response driftByQuery(
            @QueryParam("arn") @Nullable String arn, @QueryParam("job_id") @Nullable String jobId) {
        return report(instance(arn), jobId);
    }

    @POST
    @Path("/{arn}/deprovision")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "deprovision",
            summary = "Take the roles out of an instance, with their secrets and connections",
            description =
                    "Asks twice: without `confirm` it answers 409 confirmation_needed and lists what would go. Objects of the roles are given to the master, not dropped.")
    public JobsResource.Accepted deprovision(
            @PathParam("arn") String arn,
            @NotNull NewDeprovisioning body,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        CallKey key = CallKey.of(idempotencyKey, List.of("deprovision", arn, body));
        return new JobsResource.Accepted(deprovisioning
                .order(wanted(instance(arn), body), caller.subject(), key)
                .value());
    }

    private Response report(RdsArn instance, @Nullable String jobId) {
        JobId job = jobId == null || jobId.isEmpty() ? drift.begin(instance, caller.subject()) : jobId(jobId);
        return drift.await(instance, job)
                .map(report -> Response.ok(report).build())
                .orElseGet(() -> Response.accepted(Map.of("job_id", job.value()))
                        .header("Retry-After", RETRY_AFTER_SECONDS)
                        .location(UriBuilder.fromPath("/api/dbroles/instances/{arn}/drift")
                                .queryParam("job_id", job.value())
                                .build(instance))
                        .build());
    }

    private static Deprovisioning.Wanted wanted(RdsArn instance, NewDeprovisioning body) {
        return new Deprovisioning.Wanted(
                instance,
                Optional.ofNullable(body.agentId()).map(InstancesResource::agent),
                body.confirm(),
                Boolean.TRUE.equals(body.dryRun()),
                Boolean.TRUE.equals(body.closeGrants()),
                AgentAway.labelled(body.whenAgentOffline())
                        .orElseThrow(() -> ProblemException.badRequest("invalid_when_agent_offline", AgentAway.RULE)));
    }

    private static AgentId agent(String text) {
        try {
            return new AgentId(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "unknown_agent", "no agent is known as agent_id; GET /api/agents lists them");
        }
    }

    private static JobId jobId(String text) {
        try {
            return new JobId(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("job", text);
        }
    }

    private static RdsArn instance(@Nullable String arn) {
        try {
            return RdsArn.parse(arn == null ? "" : arn);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "invalid_arn", "the path names an RDS instance: arn:aws:rds:<region>:<account>:db:<instance>");
        }
    }
}
