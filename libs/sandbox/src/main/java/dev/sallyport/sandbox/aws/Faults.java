package dev.sallyport.sandbox.aws;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What goes wrong on purpose, by action and account. An action is named as IAM does, for instance
 * {@code rds:DescribeDBInstances}; {@link #EVERY} stands for all of them, or all accounts. Safe for many threads.
 */
public final class Faults {

    /** Every action, or every account. */
    public static final String EVERY = "*";

    private record Place(String action, String accountId) {}

    /** So many calls are answered, and so many after them are not. */
    private record Throttle(int free, int calls) {

        static final Throttle NONE = new Throttle(0, 0);

        Throttle next() {
            return free > 0 ? new Throttle(free - 1, calls) : new Throttle(0, Math.max(0, calls - 1));
        }
    }

    private final Map<Place, Denial> denied = new HashMap<>();
    private final Map<Place, Throttle> throttled = new HashMap<>();
    private final Map<String, Integer> conflicts = new HashMap<>();
    private final Map<String, Integer> lost = new HashMap<>();
    private final Map<String, Duration> latency = new HashMap<>();
    private final Set<String> disabledRegions = new HashSet<>();

    /** From now on {@code action} is denied in an account. */
    public synchronized void deny(String action, String accountId, Denial denial) {
        denied.put(new Place(action, accountId), denial);
    }

    /** Takes {@link #deny} back. */
    public synchronized void allow(String action, String accountId) {
        denied.remove(new Place(action, accountId));
    }

    /** The next {@code calls} of an action in an account are throttled; 0 ends it. */
    public synchronized void throttle(String action, String accountId, int calls) {
        throttleAfter(0, action, accountId, calls);
    }

    /** The same, once {@code free} calls were answered. */
    public synchronized void throttleAfter(int free, String action, String accountId, int calls) {
        if (free < 0 || calls < 0) {
            throw new IllegalArgumentException("cannot throttle " + calls + " calls after " + free);
        }
        throttled.put(new Place(action, accountId), new Throttle(free, calls));
    }

    /** The next {@code calls} of an action meet a {@code ConflictException} and do nothing. */
    public synchronized void conflict(String action, int calls) {
        conflicts.put(action, calls);
    }

    /** The next {@code calls} of an action do what they should, but the caller hears of an internal error. */
    public synchronized void loseAnswers(String action, int calls) {
        lost.put(action, calls);
    }

    /** How long each answer to an account takes. */
    public synchronized void latency(String accountId, Duration time) {
        latency.put(accountId, time);
    }

    /** From now on an account does not use a region, which then knows none of its credentials. */
    public synchronized void disableRegion(String accountId, String region) {
        disabledRegions.add(accountId + "/" + region);
    }

    /** Nothing goes wrong any more. */
    public synchronized void clear() {
        denied.clear();
        throttled.clear();
        conflicts.clear();
        lost.clear();
        latency.clear();
        disabledRegions.clear();
    }

    synchronized Optional<Denial> denial(String action, String accountId) {
        Denial here = denied.get(new Place(action, accountId));
        return Optional.ofNullable(here == null ? denied.get(new Place(action, EVERY)) : here);
    }

    /** Whether this call is one to throttle; it counts as one. */
    synchronized boolean takeThrottled(String action, String accountId) {
        return take(new Place(action, accountId))
                || take(new Place(action, EVERY))
                || take(new Place(EVERY, accountId))
                || take(new Place(EVERY, EVERY));
    }

    /** Whether this call is one to meet a conflict; it counts as one. */
    synchronized boolean takeConflict(String action) {
        return take(conflicts, action);
    }

    /** Whether the answer to this call is one to lose; it counts as one. */
    synchronized boolean takeLost(String action) {
        return take(lost, action);
    }

    private static boolean take(Map<String, Integer> left, String action) {
        int calls = left.getOrDefault(action, 0);
        left.put(action, Math.max(0, calls - 1));
        return calls > 0;
    }

    synchronized Duration latency(String accountId) {
        Duration here = latency.get(accountId);
        return here == null ? latency.getOrDefault(EVERY, Duration.ZERO) : here;
    }

    synchronized boolean disabled(String accountId, String region) {
        return disabledRegions.contains(accountId + "/" + region);
    }

    private boolean take(Place place) {
        Throttle now = throttled.getOrDefault(place, Throttle.NONE);
        throttled.put(place, now.next());
        return now.free() == 0 && now.calls() > 0;
    }
}
