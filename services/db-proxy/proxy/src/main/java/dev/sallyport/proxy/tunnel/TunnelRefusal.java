package dev.sallyport.proxy.tunnel;

import dev.sallyport.tunnel.handshake.RefusalCode;
import java.util.Locale;

/** Why a tunnel was not opened. A closed list: it is the metric's label. */
public enum TunnelRefusal {
    /** What came was not the handshake. */
    PROTOCOL(RefusalCode.UNKNOWN, "this is not how a tunnel is opened: use sally rds proxy"),
    /** The client said nothing in time, or went. */
    UNFINISHED(RefusalCode.UNKNOWN, "the handshake took too long"),
    TOKEN(RefusalCode.IDENTITY_NOT_VERIFIED, "the token is not valid here: ask for a new one"),
    NOT_THE_GRANTEE(RefusalCode.IDENTITY_NOT_VERIFIED, "the token is for another grant than the one asked for"),
    GRANT_INACTIVE(RefusalCode.GRANT_INACTIVE, "the grant is not active: ask for access again"),
    NO_OUTPUT(RefusalCode.NO_OUTPUT, "the grant is for a database that this proxy does not speak to"),
    TOO_MANY(RefusalCode.UNKNOWN, "this proxy holds as many tunnels as it may: try again later"),
    TOO_MANY_OF_PERSON(RefusalCode.UNKNOWN, "you have as many tunnels open as one person may: close one first"),
    DRAINING(RefusalCode.UNKNOWN, "this proxy is about to stop: connect again"),
    INTERNAL(RefusalCode.INTERNAL, "internal error");

    private final RefusalCode code;
    private final String message;

    TunnelRefusal(RefusalCode code, String message) {
        this.code = code;
        this.message = message;
    }

    RefusalCode code() {
        return code;
    }

    /** For the client's person to read. */
    String message() {
        return message;
    }

    /** As the metric's label has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
