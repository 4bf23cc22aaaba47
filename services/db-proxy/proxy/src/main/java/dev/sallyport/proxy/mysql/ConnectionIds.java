package dev.sallyport.proxy.mysql;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.proxy.grants.TargetAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The two names of each connection: the id of its greeting, which is ours, and the target's thread. A client cancels by the
 * first, and SQL such as {@code CONNECTION_ID()} speaks of the second; {@code KILL} takes both, of one's own connections on
 * this node.
 */
final class ConnectionIds {

    /**
     * Ours begin here, far above what a server counts up to from 1, and below 2³¹, where some clients take them for negative.
     */
    static final int FIRST = 1 << 30;

    private static final int MASK = FIRST - 1;

    /** Whose connection it is, and what its target calls it. */
    private record Owned(String person, TargetAddress target, long thread) {}

    private final Map<Long, Owned> byId = new ConcurrentHashMap<>();
    /** From anywhere, so that an id from before a restart is most likely nobody's. */
    private final AtomicInteger next = new AtomicInteger(new SecureRandom().nextInt(FIRST));

    /** For a greeting. */
    int next() {
        return FIRST | next.incrementAndGet() & MASK;
    }

    /** @param thread the target's own id, as its greeting said */
    void opened(int id, GrantState grant, int thread) {
        byId.put(Integer.toUnsignedLong(id), owned(grant, Integer.toUnsignedLong(thread)));
    }

    void closed(int id) {
        byId.remove(Integer.toUnsignedLong(id));
    }

    /** The thread at the target of {@code grant} that its person means by {@code id}; empty when it is nobody's or another's. */
    OptionalLong thread(GrantState grant, long id) {
        Owned named = byId.get(id);
        if (named != null) {
            return named.equals(owned(grant, named.thread)) ? OptionalLong.of(named.thread) : OptionalLong.empty();
        }
        return byId.containsValue(owned(grant, id)) ? OptionalLong.of(id) : OptionalLong.empty();
    }

    private static Owned owned(GrantState grant, long thread) {
        return new Owned(grant.grantee().subject(), TargetAddress.of(grant.target()), thread);
    }
}
