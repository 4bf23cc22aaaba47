package dev.sallyport.api.dbroles;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.dbroles.Placement.Placing;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.start.DeploymentConfig;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

@Path("/api/dbroles")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "dbroles")
class JobsResource {

    private final Transactions transactions;
    private final Jobs jobs;
    private final JobControl control;
    private final Placement placement;
    private final Caller caller;
    private final DbRolesConfig config;
    private final DeploymentConfig deployment;

    JobsResource(
            Transactions transactions,
            Jobs jobs,
            JobControl control,
            Placement placement,
            Caller caller,
            DbRolesConfig config,
            DeploymentConfig deployment) {
        this.transactions = transactions;
        this.jobs = jobs;
        this.control = control;
        this.placement = placement;
        this.caller = caller;
        this.config = config;
        this.deployment = deployment;
    }

    /** The job that does it; its progress is at {@code /api/dbroles/jobs/{job_id}}. */
    @Schema(name = "JobAccepted")
    record Accepted(
            @Schema(examples = "job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE")
            String jobId) {}

    @POST
    @Path("/jobs")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "createJob",
            summary = "Make the roles in one instance",
            description =
                    "One job at a time per instance. With an Idempotency-Key the same call may be sent again: it answers with the same job. With dry_run nothing is changed: the job ends with a plan, whose hash a later order can require.")
    public Accepted create(
            @NotNull NewJob body,
            @Parameter(description = "Up to 128 printable characters; kept with the job.")
                    @HeaderParam("Idempotency-Key")
                    @Nullable String idempotencyKey) {
        JobOrder order = order(body);
        JobCommand command =
                Commands.of(order, placement.ordering(caller.subject()), deployment.orgId(), deployment.gateway());
        return new Accepted(placement
                .place(Placing.of(command, order.agentAway(), CallKey.of(idempotencyKey, body)))
                .value());
    }

    @GET
    @Path("/jobs")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listJobs", summary = "The jobs, the youngest first")
    public Page<Job> list(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Parameter(description = "running, failed or completed") @QueryParam("status") @Nullable String status,
            @Parameter(description = "of the instance") @QueryParam("arn") @Nullable String arn,
            @QueryParam("agent_id") @Nullable String agentId,
            @Parameter(description = "provision, plan or deprovision") @QueryParam("kind") @Nullable String kind,
            @Parameter(description = "of the connections") @QueryParam("prefix") @Nullable String prefix) {
        PageQuery query = PageQuery.of(limit, cursor);
        JobFilter filter = JobFilter.of(status, arn, agentId, kind, prefix);
        return transactions.call(() -> jobs.page(query, filter));
    }

    @GET
    @Path("/jobs/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getJob", summary = "One job: where it stands, and what became of each role")
    public Job get(@PathParam("id") String id) {
        return control.get(id);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getJobById", summary = "The same at the path that webhook receivers know")
    public Job getById(@PathParam("id") String id) {
        return control.get(id);
    }

    @GET
    @Path("/jobs/{id}/plan")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(
            operationId = "getJobPlan",
            summary = "What a planning job came out with",
            description = "404 until the job completed, and for a job that is no plan.")
    public JobPlan plan(@PathParam("id") String id) {
        return control.plan(id).orElseThrow(() -> ProblemException.notFound("plan of a job", id));
    }

    @POST
    @Path("/jobs/{id}/cancel")
    @ResponseStatus(202)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "cancelJob",
            summary = "End a job",
            description =
                    "Its agent ends it behind the step that is under way; one that no agent has begun, and whose agent is away, ends at once. 409 job_ended when it has ended.")
    public Job cancel(@PathParam("id") String id) {
        return control.cancel(id, caller.subject());
    }

    @POST
    @Path("/jobs/{id}/retry")
    @ResponseStatus(202)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "retryJob",
            summary = "Order again what failed",
            description =
                    "A new job of the same order. 409 job_not_failed when the job runs or has completed. With an Idempotency-Key the same call may be sent again.")
    public Accepted retry(
            @PathParam("id") String id,
            @QueryParam("when_agent_offline") @Parameter(description = "fail (the default) or wait") @Nullable String whenAgentOffline,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        AgentAway agentAway = AgentAway.labelled(whenAgentOffline)
                .orElseThrow(() -> ProblemException.badRequest("invalid_when_agent_offline", AgentAway.RULE));
        return new Accepted(
                control.retry(id, caller.subject(), agentAway, idempotencyKey).value());
    }

    private JobOrder order(NewJob body) {
        return switch (JobOrder.of(body, config.allowAnyAddress())) {
            case JobOrder.Read.Ordered read -> read.order();
            case JobOrder.Read.Refused refused -> throw new RefusedJob(refused.refusal()).problem();
        };
    }
}
