package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.startup.ProtocolVersion;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
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

    /**
     * What a client gets in BackendKeyData.
     *
     * @param digest of the other two
     */
    record Key(int processId, byte[] secret, String digest) {

        /** Nothing to show. */
        @Override
        public String toString() {
            return "Key[" + processId + "]";
        }
    }

    private static final int SHORT_SECRET_BYTES = 4;
    private static final int LONG_SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** By the digest of the key: it is what other nodes know, and how long a look takes says nothing about the secrets. */
    private final Map<String, Cancellable> sessions = new ConcurrentHashMap<>();

    /** What other nodes are told of a key; see {@link dev.sallyport.contracts.sessions.SessionCancel}. */
    static String digest(int processId, byte[] secret) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, processId));
            return HexFormat.of().formatHex(sha256.digest(secret));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /**
     * A new key for {@code session}, as long as the version of the protocol allows.
     *
     * @param processId of the target's backend
     */
    Key mint(int processId, ProtocolVersion version, Cancellable session) {
        byte[] secret = new byte[version.equals(ProtocolVersion.V3_0) ? SHORT_SECRET_BYTES : LONG_SECRET_BYTES];
        String digest;
        do {
            RANDOM.nextBytes(secret);
            digest = digest(processId, secret);
        } while (sessions.putIfAbsent(digest, session) != null);
        return new Key(processId, secret, digest);
    }

    /** The session whose key has this digest. */
    Optional<Cancellable> find(String digest) {
        return Optional.ofNullable(sessions.get(digest));
    }

    void forget(Key key) {
        sessions.remove(key.digest);
    }
}
