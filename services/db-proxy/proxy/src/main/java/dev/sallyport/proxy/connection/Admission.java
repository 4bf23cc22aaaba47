package dev.sallyport.proxy.connection;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps count of who is at the door and who is in, and says no when it is too many. Any thread. */
final class Admission {

    private final Limits limits;
    private final AtomicInteger atTheDoor = new AtomicInteger();
    private final Map<InetAddress, Integer> atTheDoorFrom = new ConcurrentHashMap<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final Map<String, Integer> insideOf = new ConcurrentHashMap<>();

    Admission(Limits limits) {
        this.limits = limits;
    }

    /** @return whether the client may try; if so {@link #leaveDoor} must follow */
    boolean comeToDoor(InetAddress address) {
        if (!raise(atTheDoor, limits.unauthenticated())) {
            return false;
        }
        if (!raise(atTheDoorFrom, address, limits.unauthenticatedPerAddress())) {
            atTheDoor.decrementAndGet();
            return false;
        }
        return true;
    }

    void leaveDoor(InetAddress address) {
        atTheDoor.decrementAndGet();
        lower(atTheDoorFrom, address);
    }

    /** @return why not; when empty {@link #leave} must follow */
    Optional<Refusal> enter(String person) {
        if (!raise(inside, limits.sessions())) {
            return Optional.of(Refusal.TOO_MANY_SESSIONS);
        }
        if (!raise(insideOf, person, limits.sessionsPerPerson())) {
            inside.decrementAndGet();
            return Optional.of(Refusal.TOO_MANY_SESSIONS_OF_PERSON);
        }
        return Optional.empty();
    }

    void leave(String person) {
        inside.decrementAndGet();
        lower(insideOf, person);
    }

    int atTheDoor() {
        return atTheDoor.get();
    }

    int inside() {
        return inside.get();
    }

    private static boolean raise(AtomicInteger count, int limit) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    private static <K> boolean raise(Map<K, Integer> counts, K key, int limit) {
        boolean[] raised = {false};
        counts.compute(key, (_, count) -> {
            int now = count == null ? 0 : count;
            raised[0] = now < limit;
            return raised[0] ? Integer.valueOf(now + 1) : count;
        });
        return raised[0];
    }

    private static <K> void lower(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }
}
