package dev.sallyport.broker.identitycenter;

import dev.sallyport.broker.grant.Grants;
import dev.sallyport.broker.identitycenter.PermissionSets.Assigned;
import dev.sallyport.broker.identitycenter.PermissionSets.Found;
import dev.sallyport.kernel.GrantId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks in AWS for permission sets of ours that no grant has: after a forced close, or when state of ours was lost. A set is
 * ours when it is named by a grant's id and its tags name that grant and this deployment; nothing else is touched. At the
 * start, and then again and again.
 */
@ApplicationScoped
class Reconciler {

    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    private final PermissionSets sets;
    private final Provisionings provisionings;
    private final Grants grants;
    private final IdentityCenterConfig config;
    private final ProvisioningMeters meters;
    private final InstantSource clock;
    private volatile String lastFailure = "";
    private volatile boolean stopping;
    private @Nullable Thread thread;

    Reconciler(
            PermissionSets sets,
            Provisionings provisionings,
            Grants grants,
            IdentityCenterConfig config,
            ProvisioningMeters meters,
            InstantSource clock) {
        this.sets = sets;
        this.provisionings = provisionings;
        this.grants = grants;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        config.center()
                .ifPresent(
                        center -> thread = Thread.ofVirtual().name("reconciler").start(() -> run(center)));
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Why the last look failed; empty when it did not. */
    String lastFailure() {
        return lastFailure;
    }

    private void run(Center center) {
        while (!stopping) {
            try {
                sweep(center);
                lastFailure = "";
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) {
                lastFailure = String.valueOf(e.getMessage());
                LOG.warnf("permission sets without a grant cannot be looked for now: %s", lastFailure);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(config.reconcileInterval().toNanos());
            } catch (InterruptedException e) {
                // Only stop() interrupts this thread.
                return;
            }
        }
    }

    /** One look at everything; returns how many sets are cleared away from now on. */
    int sweep(Center center) throws Throwable {
        Instant oldEnough = clock.instant().minus(config.orphanAge());
        List<Found> ours = sets.arns(center).stream()
                .flatMap(arn -> sets.describe(center, arn).stream())
                .filter(set -> isGrant(set.name()) && !set.createdAt().isAfter(oldEnough))
                .filter(set -> sets.isOurs(center, set))
                .toList();
        List<String> names = ours.stream().map(Found::name).toList();
        Set<String> inHand = await(() -> provisionings.inHand(names));
        Set<String> living = await(() -> grants.livingOf(names));
        int cleared = 0;
        for (Found set : ours) {
            if (!inHand.contains(set.name()) && !living.contains(set.name()) && clear(center, set)) {
                cleared++;
            }
        }
        return cleared;
    }

    private boolean clear(Center center, Found set) throws Throwable {
        Plan orphan = orphan(
                center,
                set,
                sets.assigned(center, set.arn()).stream()
                        .filter(one -> one.principalType().equals("USER"))
                        .findFirst());
        boolean begun = await(() -> provisionings.clear(orphan));
        if (begun) {
            meters.orphan();
            LOG.warnf("the permission set %s belongs to no grant that lives, and is removed", set.name());
        }
        return begun;
    }

    private Plan orphan(Center center, Found set, Optional<Assigned> assigned) {
        return new Plan(
                set.name(),
                center,
                "",
                assigned.map(Assigned::accountId).orElse(""),
                center.region(),
                "",
                SsmTransport.SHORTEST_SESSION,
                null,
                assigned.map(Assigned::principalId).orElse(null),
                set.arn(),
                null,
                null);
    }

    private static boolean isGrant(String name) {
        try {
            return new GrantId(name).value().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static <T> T await(Supplier<Uni<T>> work) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(work);
    }
}
