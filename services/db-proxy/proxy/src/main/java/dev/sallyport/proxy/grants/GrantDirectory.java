package dev.sallyport.proxy.grants;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.proxy.connection.CloseCause;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which grants are live. One thread changes it; any may ask. A grant that is not in it, or whose time is over, lets in nobody.
 */
public final class GrantDirectory {

    /** Told when a grant ends. Called on the thread that changes the directory: must not block. */
    public interface Ends {
        /** @param cause {@link CloseCause#GRANT_CLOSED} or {@link CloseCause#GRANT_EXPIRED} */
        void ended(GrantId grant, CloseCause cause);
    }

    private final InstantSource clock;
    private final Duration patience;
    private final Map<String, GrantState> byLogin = new ConcurrentHashMap<>();
    private final Map<GrantId, String> logins = new ConcurrentHashMap<>();
    private final Map<String, Set<Promise<Optional<GrantState>>>> waiting = new ConcurrentHashMap<>();
    private final List<Ends> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger revision = new AtomicInteger();
    private volatile Gathered targets = new Gathered(0, Set.of());
    private volatile boolean caughtUp;

    /** Good for as long as the revision is the same. */
    private record Gathered(int revision, Set<TargetAddress> targets) {}

    /** @param patience how long a login that is not known is waited for */
    public GrantDirectory(InstantSource clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    public void onEnd(Ends listener) {
        listeners.add(listener);
    }

    /** The live grant of {@code login}, waited for while it may still come; completes on {@code loop}. */
    public Future<Optional<GrantState>> find(String login, EventLoop loop) {
        Optional<GrantState> known = live(login);
        if (known.isPresent()) {
            return loop.newSucceededFuture(known);
        }
        Promise<Optional<GrantState>> promise = loop.newPromise();
        waiting.compute(login, (_, others) -> with(others, promise));
        // It may have come between the first look and the wait.
        live(login).ifPresent(grant -> promise.trySuccess(Optional.of(grant)));
        loop.schedule(() -> promise.trySuccess(Optional.empty()), patience.toMillis(), TimeUnit.MILLISECONDS);
        promise.addListener(_ -> waiting.computeIfPresent(login, (_, others) -> without(others, promise)));
        return promise;
    }

    /** The grant, if it is live now. */
    public boolean isLive(GrantId grant) {
        String login = logins.get(grant);
        return login != null && live(login).isPresent();
    }

    /** The grant of {@code login}, if it is live now. */
    public Optional<GrantState> live(String login) {
        GrantState grant = byLogin.get(login);
        return grant != null && clock.instant().isBefore(grant.expiresAt()) ? Optional.of(grant) : Optional.empty();
    }

    void put(GrantState grant) {
        byLogin.put(grant.login(), grant);
        logins.put(grant.grantId(), grant.login());
        revision.incrementAndGet();
        Optional<GrantState> live = live(grant.login());
        if (live.isPresent()) {
            Set<Promise<Optional<GrantState>>> told = waiting.get(grant.login());
            if (told != null) {
                told.forEach(promise -> promise.trySuccess(live));
            }
        }
    }

    void remove(GrantId grant, CloseCause cause) {
        String login = logins.remove(grant);
        if (login != null) {
            byLogin.remove(login);
            revision.incrementAndGet();
            listeners.forEach(listener -> listener.ended(grant, cause));
        }
    }

    /** Ends the grants whose time is over by our clock. */
    void expire() {
        for (GrantState grant : byLogin.values()) {
            if (!clock.instant().isBefore(grant.expiresAt())) {
                remove(grant.grantId(), CloseCause.GRANT_EXPIRED);
            }
        }
    }

    void catchUp() {
        caughtUp = true;
    }

    /** Whether all that was on the topic at the start has been read. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Where the targets of all grants are. Gathered anew only after a change. */
    public Set<TargetAddress> targets() {
        int now = revision.get();
        Gathered last = targets;
        if (last.revision != now) {
            last = new Gathered(
                    now,
                    byLogin.values().stream()
                            .map(grant -> TargetAddress.of(grant.target()))
                            .collect(Collectors.toUnmodifiableSet()));
            targets = last;
        }
        return last.targets;
    }

    /** How many grants there are. */
    public int size() {
        return byLogin.size();
    }

    private static Set<Promise<Optional<GrantState>>> with(
            @Nullable Set<Promise<Optional<GrantState>>> others, Promise<Optional<GrantState>> promise) {
        Set<Promise<Optional<GrantState>>> all = others == null ? ConcurrentHashMap.newKeySet() : others;
        all.add(promise);
        return all;
    }

    private static @Nullable Set<Promise<Optional<GrantState>>> without(
            Set<Promise<Optional<GrantState>>> others, Promise<Optional<GrantState>> promise) {
        others.remove(promise);
        return others.isEmpty() ? null : others;
    }
}
