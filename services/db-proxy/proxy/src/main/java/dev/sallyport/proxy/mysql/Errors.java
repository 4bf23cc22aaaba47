package dev.sallyport.proxy.mysql;

import dev.sallyport.mywire.ErrPacket;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.Refusal;

/** What the proxy itself has to say, in MySQL's numbers. */
final class Errors {

    static final ErrPacket NEEDS_TLS =
            new ErrPacket(3159, "HY000", "Connections using insecure transport are prohibited: use TLS");
    static final ErrPacket MALFORMED = new ErrPacket(1835, "HY000", "Malformed communication packet");

    private Errors() {}

    static ErrPacket denied(String user) {
        return new ErrPacket(1045, "28000", "Access denied for user '" + user + "' (using password: YES)");
    }

    static ErrPacket wrongUser(String user, String granted) {
        return new ErrPacket(
                1045, "28000", "Access denied for user '" + user + "': this grant is for the user '" + granted + "'");
    }

    static ErrPacket wrongDatabase(String user, String database) {
        return new ErrPacket(1044, "42000", "Access denied for user '" + user + "' to database '" + database + "'");
    }

    static ErrPacket target(String why) {
        return new ErrPacket(1105, "HY000", why);
    }

    static ErrPacket of(Refusal refusal) {
        return switch (refusal) {
            case GRANT_ENDED -> new ErrPacket(1045, "28000", refusal.message());
            case TOO_MANY_SESSIONS -> new ErrPacket(1040, "08004", refusal.message());
            case TOO_MANY_SESSIONS_OF_PERSON -> new ErrPacket(1203, "42000", refusal.message());
            case DRAINING -> new ErrPacket(1053, "08S01", refusal.message());
        };
    }

    static ErrPacket of(CloseCause cause) {
        return switch (cause) {
            case DRAINING -> new ErrPacket(1053, "08S01", cause.message());
            case GRANT_CLOSED, GRANT_EXPIRED -> new ErrPacket(3169, "HY000", cause.message());
            case IDLE_TIMEOUT, HANDSHAKE_TIMEOUT -> new ErrPacket(4031, "HY000", cause.message());
            case PROTOCOL_ERROR -> MALFORMED;
            case TARGET_CLOSED, TARGET_LOST, TARGET_UNREACHABLE -> new ErrPacket(2013, "HY000", cause.message());
            case CLIENT_CLOSED, CLIENT_LOST, REFUSED, JOURNAL_UNAVAILABLE, CRASHED, INTERNAL_ERROR ->
                new ErrPacket(1105, "HY000", cause.message());
        };
    }
}
