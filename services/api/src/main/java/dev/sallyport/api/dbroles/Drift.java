package dev.sallyport.api.dbroles;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.dbroles.Placement.Placing;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What has changed in an instance since its roles were made: a plan of the same order, made anew. All methods block. */
@ApplicationScoped
class Drift {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Transactions transactions;
    private final Jobs jobs;
    private final Placement placement;
    private final DbRolesConfig config;

    Drift(Transactions transactions, Jobs jobs, Placement placement, DbRolesConfig config) {
        this.transactions = transactions;
        this.jobs = jobs;
        this.placement = placement;
        this.config = config;
    }

    /**
     * The report.
     *
     * @param inSync whether the instance is as it was made
     * @param changes what making the roles again would change, but for what it does each time
     * @param omitted how many more changes there are
     * @param notes what would be skipped, and why
     */
    @Schema(name = "Drift")
    record Report(
            String dbArn,
            boolean inSync,
            Instant checkedAt,
            String jobId,
            List<Change> changes,
            int omitted,
            List<String> notes) {

        /** One difference, as what would undo it. */
        @Schema(name = "DriftChange")
        record Change(JobPlan.Kind kind, String target, String statement) {}

        static Report of(RdsArn instance, JobId job, Instant checkedAt, JobPlan plan) {
            return new Report(
                    instance.toString(),
                    !plan.drifted(),
                    checkedAt,
                    job.value(),
                    plan.changes().stream()
                            .filter(change -> !change.routine())
                            .map(change -> new Change(change.kind(), change.target(), change.statement()))
                            .toList(),
                    plan.omitted(),
                    plan.notes());
        }
    }

    /**
     * The job that finds out: the one that is at it already, or a new one.
     *
     * @throws ProblemException 404 when no roles are in the instance, 409 when its agent is away or another job runs
     */
    JobId begin(RdsArn instance, String by) {
        ProvisionRequested plan = Commands.plan(order(instance), placement.ordering(by));
        return atIt(instance, plan).orElseGet(() -> {
            try {
                return placement.place(Placing.of(plan, AgentAway.FAIL, CallKey.of(null, Map.of("drift", instance))));
            } catch (ProblemException e) {
                // Two that ask at once: the other one's job will do.
                return atIt(instance, plan).orElseThrow(() -> e);
            }
        });
    }

    /** The job that runs on the instance, when it makes this plan. */
    private Optional<JobId> atIt(RdsArn instance, ProvisionRequested plan) {
        return transactions
                .call(() -> jobs.running(instance))
                .filter(row -> row.command()
                        .filter(other -> Commands.same(plan, other))
                        .isPresent())
                .map(row -> new JobId(row.id));
    }

    /**
     * Waits for the report, but not for ever: empty when it takes longer.
     *
     * @throws ProblemException 404 when that is no such job, 502 when it failed
     */
    Optional<Report> await(RdsArn instance, JobId id) {
        long deadline = System.nanoTime() + config.driftPatience().toNanos();
        while (true) {
            JobRow row = transactions
                    .call(() -> jobs.row(id))
                    .filter(found -> found.kind() == JobKind.PLAN && found.instanceArn.equals(instance.toString()))
                    .orElseThrow(() -> ProblemException.notFound("drift report of " + instance, id.value()));
            if (row.completedAt != null) {
                return Optional.of(report(instance, row));
            }
            if (System.nanoTime() - deadline >= 0) {
                return Optional.empty();
            }
            pause();
        }
    }

    private ProvisionRequested order(RdsArn instance) {
        JobCommand command = transactions
                .call(() -> jobs.provisioned(instance))
                .orElseThrow(() -> ProblemException.notFound("provisioned instance", instance.toString()))
                .ordered();
        return (ProvisionRequested) command;
    }

    private static Report report(RdsArn instance, JobRow row) {
        JobPlan plan = row.plan()
                .orElseThrow(() -> new ProblemException(
                        502,
                        "drift_unknown",
                        "the check failed: " + row.job().status().message()));
        return Report.of(instance, new JobId(row.id), Objects.requireNonNull(row.completedAt), plan);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(503, "stopping", "the service is stopping");
        }
    }
}
