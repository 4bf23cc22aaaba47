package dev.sallyport.proxy.audit;

import java.util.Locale;

/** The state of a session's transaction, as the target last said. */
public enum Transaction {
    /** There is none. */
    IDLE,
    ACTIVE,
    /** It failed and waits to be rolled back (PostgreSQL only). */
    FAILED;

    /** As events have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
