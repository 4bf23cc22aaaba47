package dev.sallyport.provisioner.job;

import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.provisioner.agent.Registration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Works on the unfinished jobs of this agent, each on a virtual thread, a bounded number at a time. It looks for them when
 * it starts, when a command comes in, and every few seconds: so also for those of a process that died.
 */
@ApplicationScoped
class JobRunner {

    private static final Logger LOG = Logger.getLogger(JobRunner.class);

    private final Jobs jobs;
    private final InstanceLocks locks;
    private final Steps steps;
    private final JobConfig config;
    private final RetryPolicy policy;
    private final AgentId agent;
    private final Registration registration;
    private final InstantSource clock;
    private final MeterRegistry meters;

    private final Semaphore free;
    private final Semaphore nudges = new Semaphore(0);
    private final Set<JobId> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private @Nullable Thread looking;

    JobRunner(
            Jobs jobs,
            InstanceLocks locks,
            Steps steps,
            JobConfig config,
            @ConfigProperty(name = "sallyport.agent.id") String agent,
            Registration registration,
            InstantSource clock,
            MeterRegistry meters) {
        this.jobs = jobs;
        this.locks = locks;
        this.steps = steps;
        this.config = config;
        this.policy = new RetryPolicy(config.attempts(), config.firstPause(), config.longestPause());
        this.agent = new AgentId(agent);
        this.registration = registration;
        this.clock = clock;
        this.meters = meters;
        this.free = new Semaphore(config.parallel());
        meters.gauge("sallyport.jobs.running", running, Set::size);
    }

    void start(@Observes StartupEvent event) {
        looking = Thread.ofVirtual().name("job-runner").start(this::look);
    }

    /** Steps under way are cut off like by a crash: the next start takes them up. */
    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        Thread thread = looking;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** There is a new job. Never blocks. */
    void nudge() {
        nudges.release();
    }

    private void look() {
        while (!stopping) {
            try {
                startDue();
                nudges.tryAcquire(config.pollInterval().toMillis(), TimeUnit.MILLISECONDS);
                nudges.drainPermits();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void startDue() throws InterruptedException {
        if (!registration.mayWork()) {
            return;
        }
        try {
            // More than can run: some may be running, or another job may have their instance.
            for (Jobs.Due due : jobs.due(agent, 4 * config.parallel())) {
                if (running.add(due.id())) {
                    free.acquire();
                    Thread.ofVirtual().name(due.id().value()).start(() -> work(due));
                }
            }
        } catch (RuntimeException e) {
            LOG.warnf("cannot look for jobs: %s", e.getMessage());
        }
    }

    private void work(Jobs.Due due) {
        MDC.put("job", due.id().value());
        try {
            Optional<InstanceLocks.Held> lock = locks.tryLock(due.instance());
            if (lock.isPresent()) {
                try (InstanceLocks.Held held = lock.get()) {
                    run(due.id(), new Turn(held, due.id(), due.cluster()));
                }
            }
        } catch (SQLException | RuntimeException e) {
            if (!stopping) {
                LOG.warnf("%s is left for the next look: %s", due.id(), e.getMessage());
            }
        } finally {
            running.remove(due.id());
            free.release();
            MDC.remove("job");
        }
    }

    private void run(JobId id, Turn turn) throws SQLException {
        Optional<DbRolesJob> found = jobs.find(id);
        if (found.isEmpty()) {
            return;
        }
        DbRolesJob job = found.get();
        while (!job.state().finished() && !stopping && turn.alive()) {
            DbRolesJob after = next(job, turn);
            if (stopping) {
                return;
            }
            if (after != job) {
                jobs.store(job, after);
                job = after;
            } else if (turn.ofCluster()) {
                // Between two attempts the cluster stays ours: another job would find it half done.
                pause();
            } else {
                return;
            }
        }
        if (job.state().finished()) {
            String outcome = job.view().status().phase().label();
            meters.counter("sallyport.jobs", "outcome", outcome).increment();
            LOG.infof("job %s: %s %s", id, outcome, job.view().status().message());
        }
    }

    /** The same when there is nothing to do yet. */
    private DbRolesJob next(DbRolesJob job, Turn turn) throws SQLException {
        Optional<String> cancelledBy = jobs.cancelledBy(job.id());
        if (cancelledBy.isPresent()) {
            return job.cancelled(cancelledBy.get(), policy, clock.instant());
        }
        Optional<String> before = turn.heldBy();
        if (before.isPresent()) {
            return behind(before.get(), job);
        }
        return switch (job.state()) {
            case JobState.Waiting waiting -> job.takenUp(policy, clock.instant());
            case JobState.Running running -> attempt(job, turn);
            case JobState.Completed completed -> job;
            case JobState.Failed failed -> job;
            case JobState.Cancelled cancelled -> job;
        };
    }

    /** Waits without a lock, a connection or a thread, and uses up no attempt. */
    private DbRolesJob behind(String other, DbRolesJob job) {
        DbRolesJob waiting = job.blocked(other, config.pollInterval(), policy, clock.instant());
        if (waiting == job) {
            jobs.later(job.id(), config.pollInterval());
        }
        return waiting;
    }

    /** Whom the job has to wait for, once it is known which cluster it acts on. */
    private Optional<String> before(DbRolesJob job, Turn turn) throws SQLException {
        if (!turn.known()) {
            Optional<String> cluster = steps.cluster(job.command());
            cluster.ifPresent(arn -> jobs.actsOn(job.id(), arn));
            turn.is(cluster);
        }
        return turn.heldBy();
    }

    private void pause() {
        try {
            Thread.sleep(config.pollInterval());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two attempts", e);
        }
    }

    private DbRolesJob attempt(DbRolesJob job, Turn turn) throws SQLException {
        Step step = job.runningStep();
        Timer.Sample sample = Timer.start(meters);
        String outcome = "done";
        try {
            Optional<String> other = before(job, turn);
            if (other.isPresent()) {
                outcome = "waiting";
                return behind(other.get(), job);
            }
            StepReport report = steps.run(step, job.command());
            LOG.infof("step %s: %s", step.label(), report.message());
            return job.done(report, policy, clock.instant());
        } catch (StepFailure e) {
            outcome = e.passing() ? "passing" : "failed";
            LOG.warnf("step %s: %s", step.label(), e.getMessage());
            return job.failed(e, policy, clock.instant());
        } catch (RuntimeException e) {
            outcome = "failed";
            // Not the exception itself: what it says is not ours to vouch for.
            LOG.errorf("step %s ended with %s at %s", step.label(), e.getClass().getName(), e.getStackTrace()[0]);
            return job.failed(
                    StepFailure.passing(
                            "an error in the provisioner (" + e.getClass().getSimpleName() + ")"),
                    policy,
                    clock.instant());
        } finally {
            sample.stop(Timer.builder("sallyport.jobs.step")
                    .tag("step", step.label())
                    .tag("outcome", outcome)
                    .register(meters));
        }
    }
}
