package dev.sallyport.api.dbroles;

import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.JobId;
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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
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

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private final Transactions transactions;
    private final Jobs jobs;
    private final Caller caller;
    private final DbRolesConfig config;

    JobsResource(Transactions transactions, Jobs jobs, Caller caller, DbRolesConfig config) {
        this.transactions = transactions;
        this.jobs = jobs;
        this.caller = caller;
        this.config = config;
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
                    "One job at a time per instance. With an Idempotency-Key the same call may be sent again: it answers with the same job.")
    public Accepted create(
            @NotNull NewJob body,
            @Parameter(description = "Up to 128 printable characters; kept with the job.")
                    @HeaderParam("Idempotency-Key")
                    @Nullable String idempotencyKey) {
        Jobs.Placing placing = new Jobs.Placing(order(body), caller.subject(), checked(idempotencyKey), digest(body));
        try {
            return new Accepted(place(placing).value());
        } catch (RefusedJob e) {
            throw problem(e.refusal());
        }
    }

    @GET
    @Path("/jobs")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listJobs", summary = "The jobs, the youngest first")
    public Page<Job> list(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        return transactions.call(() -> jobs.page(query));
    }

    @GET
    @Path("/jobs/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getJob", summary = "One job: where it stands, and what became of each role")
    public Job get(@PathParam("id") String id) {
        return found(id);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getJobById", summary = "The same at the path that webhook receivers know")
    public Job getById(@PathParam("id") String id) {
        return found(id);
    }

    private Job found(String id) {
        return jobId(id)
                .flatMap(known -> transactions.call(() -> jobs.find(known)))
                .orElseThrow(() -> ProblemException.notFound("job", id));
    }

    private JobId place(Jobs.Placing placing) {
        Optional<JobId> before = transactions.call(() -> jobs.placedBefore(placing));
        if (before.isPresent()) {
            return before.get();
        }
        try {
            return transactions.call(() -> jobs.place(placing));
        } catch (RuntimeException e) {
            String constraint = Constraints.violated(e).orElseThrow(() -> e);
            // The same call may have come twice at once: then the other one made the job.
            return transactions
                    .call(() -> jobs.placedBefore(placing))
                    .orElseThrow(() -> RefusedJob.ofConstraint(constraint)
                            .<RuntimeException>map(RefusedJob::new)
                            .orElse(e));
        }
    }

    private JobOrder order(NewJob body) {
        return switch (JobOrder.of(body, config.allowAnyAddress())) {
            case JobOrder.Read.Ordered read -> read.order();
            case JobOrder.Read.Refused refused -> throw problem(refused.refusal());
        };
    }

    private static ProblemException problem(Refusal refusal) {
        return new ProblemException(refusal.status(), refusal.code(), refusal.detail());
    }

    private static Optional<JobId> jobId(String id) {
        try {
            return Optional.of(new JobId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String checked(@Nullable String idempotencyKey) {
        if (idempotencyKey != null && !KEY.matcher(idempotencyKey).matches()) {
            throw ProblemException.badRequest(
                    "invalid_idempotency_key", "Idempotency-Key has 1 to 128 printable characters without spaces");
        }
        return idempotencyKey;
    }

    private static String digest(NewJob body) {
        try {
            byte[] json = StoredJson.write(body).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
