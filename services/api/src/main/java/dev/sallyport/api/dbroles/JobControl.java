package dev.sallyport.api.dbroles;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.dbroles.Placement.Placing;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.JobId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people do with one job. All methods block, and answer 404 for a job that there is not. */
@ApplicationScoped
public class JobControl {

    private final Transactions transactions;
    private final Jobs jobs;
    private final JobCourse course;
    private final Placement placement;

    JobControl(Transactions transactions, Jobs jobs, JobCourse course, Placement placement) {
        this.transactions = transactions;
        this.jobs = jobs;
        this.course = course;
        this.placement = placement;
    }

    public Job get(String id) {
        return jobId(id)
                .flatMap(known -> transactions.call(() -> jobs.find(known)))
                .orElseThrow(() -> ProblemException.notFound("job", id));
    }

    /** What a planning job came out with; empty for every other job, and before its end. */
    public Optional<JobPlan> plan(String id) {
        return jobId(id).flatMap(known -> transactions.call(() -> jobs.plan(known)));
    }

    /**
     * Ends the job, or asks its agent to.
     *
     * @throws ProblemException 409 when it has ended
     */
    public Job cancel(String id, String by) {
        try {
            return jobId(id)
                    .flatMap(known -> transactions.call(() -> course.cancel(known, by)))
                    .orElseThrow(() -> ProblemException.notFound("job", id));
        } catch (RefusedJob e) {
            throw e.problem();
        }
    }

    /** Orders again what failed; refused while its agent is away. */
    public JobId retry(String id, String by) {
        return retry(id, by, AgentAway.FAIL, null);
    }

    /**
     * Orders again what failed.
     *
     * @param agentAway what becomes of the new job while its agent is away
     * @param idempotencyKey the caller's own; null for none
     * @throws ProblemException 409 when it did not fail, or a rule says no to the new job
     */
    JobId retry(String id, String by, AgentAway agentAway, @Nullable String idempotencyKey) {
        JobRow row = jobId(id)
                .flatMap(known -> transactions.call(() -> jobs.row(known)))
                .orElseThrow(() -> ProblemException.notFound("job", id));
        JobCommand command = Commands.again(row.retriable(), placement.ordering(by));
        CallKey key = CallKey.of(idempotencyKey, Map.of("retry", id, "when_agent_offline", agentAway));
        return placement.place(Placing.of(command, agentAway, key));
    }

    private static Optional<JobId> jobId(String id) {
        try {
            return Optional.of(new JobId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
