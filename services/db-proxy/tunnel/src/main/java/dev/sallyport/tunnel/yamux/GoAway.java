package dev.sallyport.tunnel.yamux;

import java.util.Optional;

/** Why a side ends the session (spec, "Session termination"). The ordinal is the code. */
public enum GoAway {
    /** In good order: no new streams, those that are go on. */
    NORMAL,
    PROTOCOL_ERROR,
    INTERNAL_ERROR;

    int code() {
        return ordinal();
    }

    static Optional<GoAway> of(int code) {
        return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
    }
}
