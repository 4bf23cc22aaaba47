package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.startup.ProtocolVersion;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys by which clients cancel (Message Flow: Canceling Requests in Progress). They are this node's own: a target's key
 * never leaves the proxy. Safe to be used by all threads.
 */
final class CancelKeys {

    /** Something whose running statement can be cancelled, from any thread. */
    interface Cancellable {

        /** Cancels what runs, if anything does; runs {@code done} when the target has been told, or need not be. */
        void cancel(Runnable done);
    }

    /** What a client gets in BackendKeyData. */
    record Key(int processId, byte[] secret) {

        /** Nothing to show. */
        @Override
        public String toString() {
            return "Key[" + processId + "]";
        }
    }

    private record Holder(byte[] secret, Cancellable session) {}

    private static final int SHORT_SECRET_BYTES = 4;
    private static final int LONG_SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<Integer, Holder> holders = new ConcurrentHashMap<>();

    /** A new key for {@code session}, as long as the version of the protocol allows. */
    Key mint(ProtocolVersion version, Cancellable session) {
        byte[] secret = new byte[version.equals(ProtocolVersion.V3_0) ? SHORT_SECRET_BYTES : LONG_SECRET_BYTES];
        RANDOM.nextBytes(secret);
        Holder holder = new Holder(secret, session);
        int processId = draw();
        while (holders.putIfAbsent(processId, holder) != null) {
            processId = draw();
        }
        return new Key(processId, secret);
    }

    /** The session that has this key. */
    Optional<Cancellable> find(int processId, byte[] secret) {
        Holder holder = holders.get(processId);
        return holder != null && MessageDigest.isEqual(holder.secret, secret)
                ? Optional.of(holder.session)
                : Optional.empty();
    }

    void forget(Key key) {
        holders.remove(key.processId);
    }

    /** Positive: clients show it as a process id. */
    private static int draw() {
        return 1 + RANDOM.nextInt(Integer.MAX_VALUE - 1);
    }
}
