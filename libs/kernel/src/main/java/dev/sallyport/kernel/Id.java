package dev.sallyport.kernel;

import com.github.f4b6a3.ksuid.Ksuid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/**
 * A typed id: a prefix that names the kind, then a 27-character KSUID, so that ids sort by the microsecond they were made in.
 * 31 characters in all: it fits the name of an IAM Identity Center permission set (32) and of a MySQL user (32).
 */
public sealed interface Id permits JobId, AgentId, ConnectionId, RequestId, GrantId, SessionId, TunnelId, EventId {

    /** The id as it is written everywhere, prefix included. */
    String value();

    /** A new value of the kind that {@code prefix} names, for instance {@code job_}. */
    static String next(String prefix, InstantSource clock) {
        Instant now = clock.instant();
        return prefix + new Ksuid(now.getEpochSecond(), Form.payload(now.getNano() / 1_000));
    }

    /** The value of the kind {@code prefix} that belongs to {@code name}: its random part is drawn from a hash. */
    static String derived(String prefix, Instant time, String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return prefix + new Ksuid(time.getEpochSecond(), Arrays.copyOf(hash, Ksuid.PAYLOAD_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /**
     * Returns {@code value} when it is an id of this kind.
     *
     * @throws IllegalArgumentException when it is not; the message names the value and the form it should have
     */
    static String check(String prefix, String value) {
        if (!value.startsWith(prefix) || !Form.isKsuid(value, prefix.length())) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not an id of the form " + prefix + " followed by 27 letters and digits");
        }
        return value;
    }

    /** The form of the part behind the prefix. */
    final class Form {
        private static final int KSUID_CHARS = 27;
        private static final SecureRandom RANDOM = new SecureRandom();

        /** What a KSUID holds behind its seconds: 20 bits of microseconds, since a list must show what was made first, then 108 random ones. */
        private static byte[] payload(int micros) {
            byte[] payload = new byte[Ksuid.PAYLOAD_BYTES];
            RANDOM.nextBytes(payload);
            payload[0] = (byte) (micros >>> 12);
            payload[1] = (byte) (micros >>> 4);
            payload[2] = (byte) (micros << 4 | payload[2] & 0x0f);
            return payload;
        }

        private static boolean isKsuid(String value, int from) {
            boolean whole = value.length() - from == KSUID_CHARS;
            for (int i = from; whole && i < value.length(); i++) {
                char c = value.charAt(i);
                whole = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            }
            return whole;
        }

        private Form() {}
    }
}
