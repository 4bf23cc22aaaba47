package dev.sallyport.kernel;

import com.github.f4b6a3.ksuid.KsuidCreator;
import java.time.InstantSource;
import java.util.regex.Pattern;

/**
 * A typed id: a prefix that names the kind, then a 27-character KSUID, so that ids sort by the second they were made in.
 * 31 characters in all: it fits the name of an IAM Identity Center permission set (32) and of a MySQL user (32).
 */
public sealed interface Id permits JobId, AgentId, ConnectionId, RequestId, GrantId, SessionId, EventId {

    /** The id as it is written everywhere, prefix included. */
    String value();

    /** A new value of the kind that {@code prefix} names, for instance {@code job_}. */
    static String next(String prefix, InstantSource clock) {
        return prefix + KsuidCreator.getKsuid(clock.instant());
    }

    /**
     * Returns {@code value} when it is an id of this kind.
     *
     * @throws IllegalArgumentException when it is not; the message names the value and the form it should have
     */
    static String check(String prefix, String value) {
        if (!value.startsWith(prefix)
                || !Form.KSUID.matcher(value.substring(prefix.length())).matches()) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not an id of the form " + prefix + " followed by 27 letters and digits");
        }
        return value;
    }

    /** The form of the part behind the prefix. */
    final class Form {
        private static final Pattern KSUID = Pattern.compile("[0-9A-Za-z]{27}");

        private Form() {}
    }
}
