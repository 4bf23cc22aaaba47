package dev.sallyport.proxy.connection;

import java.util.Locale;

/** Why a client did not get in. A closed list: it is the metric's label. */
public enum AuthFailure {
    /** No live grant has this login. */
    UNKNOWN_LOGIN,
    /** The grant is live, but no secret was ever asked for. */
    NO_SECRET,
    WRONG_SECRET,
    /** The grant is for another user of the database. */
    WRONG_USER,
    /** The grant is for another database. */
    WRONG_DATABASE,
    /** The grant is for an engine that this listener does not speak to. */
    WRONG_ENGINE,
    /** The client insists on plain text. */
    NO_TLS,
    /** The bytes were not this protocol's. */
    PROTOCOL,
    GRANT_ENDED,
    SESSION_LIMIT,
    PERSON_LIMIT,
    DRAINING,
    /** Ours: the target's password could not be had. */
    NO_TARGET_PASSWORD,
    /** Ours: the target could not be reached, or its certificate is not trusted. */
    TARGET_UNREACHABLE,
    /** Ours: the target did not accept the login. */
    TARGET_REFUSED;

    /** As the metric's label has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
