package dev.sallyport.broker.identitycenter;

import dev.sallyport.broker.identitycenter.Provisionings.Task;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps that are due, several grants at once, each on a virtual thread and outside of any transaction. Any number of
 * replicas may do so: a step is leased, and its outcome counts only with the lease.
 */
@ApplicationScoped
class ProvisioningWorker {

    private static final Logger LOG = Logger.getLogger(ProvisioningWorker.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String lease = UUID.randomUUID().toString();
    private final Provisionings provisionings;
    private final Steps steps;
    private final IdentityCenterConfig config;
    private final ProvisioningMeters meters;
    private final InstantSource clock;
    private final Semaphore room;

    private volatile boolean stopping;
    private Instant renewNext = Instant.MIN;
    private Instant countNext = Instant.MIN;
    private @Nullable Thread thread;

    ProvisioningWorker(
            Provisionings provisionings,
            Steps steps,
            IdentityCenterConfig config,
            ProvisioningMeters meters,
            InstantSource clock) {
        this.provisionings = provisionings;
        this.steps = steps;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
        this.room = new Semaphore(config.concurrency());
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("provisioning").start(this::run);
    }

    /** Steps under way get a moment to be stored; what is not stored by then is taken again. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        running.join(PATIENCE);
        room.tryAcquire(config.concurrency(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            await(() -> provisionings.release(lease));
        } catch (Throwable e) {
            LOG.debugf("the leases run out by themselves: %s", e);
        }
    }

    private void run() {
        while (!stopping) {
            boolean found = false;
            try {
                keepHouse();
                found = room.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS) && takeOne();
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) {
                if (stopping) {
                    return;
                }
                LOG.warnf("provisioning has to wait: %s", e);
            }
            if (!found && !pause()) {
                return;
            }
        }
    }

    /** With a permit, which goes to the thread that takes the step. */
    private boolean takeOne() throws Throwable {
        boolean handedOver = false;
        try {
            Optional<Task> task = await(() -> provisionings.claim(lease));
            task.ifPresent(it ->
                    Thread.ofVirtual().name("provisioning-" + it.grantId()).start(() -> take(it)));
            handedOver = task.isPresent();
            return handedOver;
        } finally {
            if (!handedOver) {
                room.release();
            }
        }
    }

    private void take(Task task) {
        try {
            Outcome outcome = outcome(task);
            log(task, outcome);
            await(() -> provisionings.settle(task, lease, outcome));
        } catch (Throwable e) {
            // The lease runs out, and the step is taken again.
            LOG.warnf("grant %s: what became of %s could not be stored: %s", task.grantId(), task.step(), e);
        } finally {
            room.release();
        }
    }

    private Outcome outcome(Task task) {
        if (task.late()) {
            return new Outcome.Failed(
                    task.plan(),
                    "IAM Identity Center was not done within " + config.activationDeadline() + "; it was at "
                            + task.step() + ". Try again later");
        }
        try {
            return steps.take(task.goal(), task.step(), task.plan(), task.attempts());
        } catch (RuntimeException e) {
            // A fault of ours is no reason to take another grant's turn for ever.
            LOG.errorf(e, "grant %s: %s went wrong", task.grantId(), task.step());
            return new Outcome.Again(task.step(), task.plan(), "an internal error");
        }
    }

    private static void log(Task task, Outcome outcome) {
        switch (outcome) {
            case Outcome.Next next -> LOG.debugf("grant %s: %s, then %s", task.grantId(), task.step(), next.step());
            case Outcome.Again again
            when task.step().polls() -> LOG.debugf("grant %s: %s: %s", task.grantId(), task.step(), again.why());
            case Outcome.Again again ->
                LOG.infof("grant %s: %s is tried again: %s", task.grantId(), task.step(), again.why());
            case Outcome.Failed failed ->
                LOG.warnf("grant %s: %s failed: %s", task.grantId(), task.step(), failed.message());
            case Outcome.Reached reached ->
                LOG.infof(
                        "grant %s: its permission set %s",
                        task.grantId(), task.goal() == Goal.UP ? "stands" : "is gone");
        }
    }

    private void keepHouse() throws Throwable {
        Instant now = clock.instant();
        if (!now.isBefore(renewNext)) {
            renewNext = now.plus(config.lease().dividedBy(3));
            await(() -> provisionings.renew(lease));
        }
        if (!now.isBefore(countNext)) {
            countNext = now.plus(COUNT_EVERY);
            meters.queue(await(provisionings::underWay));
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            return true;
        } catch (InterruptedException e) {
            // Only stop() interrupts this thread.
            return false;
        }
    }

    private static <T> T await(Supplier<Uni<T>> work) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(work);
    }
}
