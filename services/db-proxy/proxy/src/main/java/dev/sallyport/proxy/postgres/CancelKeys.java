package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.startup.ProtocolVersion;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys by which clients cancel (Message Flow: Canceling Requests in Progress). The process id is that of the target's
 * backend, which clients know it by: they hand it to {@code pg_terminate_backend}, and compare it with the sender of a
 * notification. The secret is this node's own: a target's never leaves the proxy. Two targets may have backends of the same
 * process id; the secret tells them apart. Safe to be used by all threads.
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

    private final Map<Integer, List<Holder>> holders = new ConcurrentHashMap<>();

    /**
     * A new key for {@code session}, as long as the version of the protocol allows.
     *
     * @param processId of the target's backend
     */
    Key mint(int processId, ProtocolVersion version, Cancellable session) {
        byte[] secret = new byte[version.equals(ProtocolVersion.V3_0) ? SHORT_SECRET_BYTES : LONG_SECRET_BYTES];
        holders.compute(processId, (_, before) -> {
            List<Holder> others = before == null ? List.of() : before;
            do {
                RANDOM.nextBytes(secret);
            } while (of(secret, others).isPresent());
            List<Holder> all = new ArrayList<>(others);
            all.add(new Holder(secret, session));
            return List.copyOf(all);
        });
        return new Key(processId, secret);
    }

    /** The session that has this key. */
    Optional<Cancellable> find(int processId, byte[] secret) {
        return of(secret, holders.getOrDefault(processId, List.of())).map(Holder::session);
    }

    void forget(Key key) {
        holders.computeIfPresent(key.processId, (_, before) -> {
            List<Holder> left = before.stream()
                    .filter(holder -> !MessageDigest.isEqual(holder.secret, key.secret))
                    .toList();
            return left.isEmpty() ? null : left;
        });
    }

    private static Optional<Holder> of(byte[] secret, List<Holder> holders) {
        return holders.stream()
                .filter(holder -> MessageDigest.isEqual(holder.secret, secret))
                .findFirst();
    }
}
