package dev.sallyport.proxy.tracing;

import java.util.Locale;

/** The steps of a login, each an event of its span. */
public enum LoginStep {
    /** Whether there is a live grant of this login is known. */
    GRANT_LOOKED_UP,
    /** The client has proved that the grant is its own. */
    PROVED,
    /** The password of the database user was read. */
    PASSWORD_READ,
    /** The target takes our connection; its login comes next. */
    TARGET_CONNECTED,
    /** The target has taken our login, and the client is in. */
    LET_IN;

    /** As the event is called. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
