package dev.sallyport.pgwire.conversation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of a conversation by name: those that the target has confirmed, and what the client has asked for
 * since. The unnamed one has the name "".
 *
 * <p>A Parse or Close is <em>pending</em> until the target confirms or drops it. A Bind means the newest one, pending or not:
 * if that fails, the target skips everything up to the next Sync, the Bind included. Only when a Sync lies between may the Bind
 * mean an older one after all; {@link #uncertain} says so, and the Bind has to wait.
 *
 * <p>SQL has DEALLOCATE and PREPARE of its own, and only the server knows of which name. Behind both, a name that was there
 * before may mean something else: from then on it is recorded as a name and nothing more.
 */
final class PreparedStatements {

    private final Map<String, Prepared> confirmed = new HashMap<>();
    private final Map<String, Prepared> pending = new HashMap<>();
    private final Retention retention;

    PreparedStatements(Retention retention) {
        this.retention = retention;
    }

    /** A Parse or Close was sent. */
    void ask(Prepared prepared) {
        retention.keep(prepared.retainedBytes());
        pending.put(prepared.name, prepared);
    }

    /** Whether the name is taken, as far as the client can know. */
    boolean taken(String name) {
        Prepared newest = newest(name);
        return newest != null && !newest.isClosed();
    }

    /** What a Bind of {@code name} means. */
    Prepared resolve(String name) {
        Prepared newest = newest(name);
        return newest == null || newest.isClosed() || newest.doubtful ? Prepared.unseen(name) : newest;
    }

    /** Whether it is not yet clear what a Bind of {@code name} in the {@code section} means. */
    boolean uncertain(String name, long section) {
        Prepared asked = pending.get(name);
        return asked != null && asked.redefinition && asked.section < section;
    }

    /** The target has done it. */
    void confirm(Prepared prepared) {
        pending.remove(prepared.name, prepared);
        Prepared before =
                prepared.isClosed() ? confirmed.remove(prepared.name) : confirmed.put(prepared.name, prepared);
        if (before != null) {
            retention.release(before.retainedBytes());
        }
        if (prepared.isClosed()) {
            retention.release(prepared.retainedBytes());
        }
    }

    /** The target has refused it. A Parse of the unnamed statement has closed the one before all the same. */
    void fail(Prepared prepared) {
        skip(prepared);
        if (prepared.name.isEmpty()) {
            Prepared before = confirmed.remove("");
            if (before != null) {
                retention.release(before.retainedBytes());
            }
        }
    }

    /** The target has not even looked at it. */
    void skip(Prepared prepared) {
        pending.remove(prepared.name, prepared);
        retention.release(prepared.retainedBytes());
    }

    /** DEALLOCATE ALL or DISCARD ALL was executed. */
    void discardConfirmed() {
        confirmed.values().forEach(prepared -> retention.release(prepared.retainedBytes()));
        confirmed.clear();
    }

    /** DEALLOCATE of some name was executed. */
    void oneDeallocated() {
        // The unnamed one has no name that SQL could say.
        confirmed.forEach((name, prepared) -> prepared.mayBeGone |= !name.isEmpty());
    }

    /** PREPARE of some name was executed: of one that was not there. */
    void onePrepared() {
        confirmed.values().forEach(prepared -> prepared.doubtful |= prepared.mayBeGone);
    }

    private @Nullable Prepared newest(String name) {
        Prepared asked = pending.get(name);
        return asked != null ? asked : confirmed.get(name);
    }
}
