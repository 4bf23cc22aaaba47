package dev.sallyport.mywire;

/**
 * Capability flags (MySQL internals, "Capabilities Flags"). A client logs in here before the target is known, so the same set
 * is offered to every client, and what the client takes of the flags that shape the command phase is asked of the target: both
 * legs then speak the same dialect and nothing needs translating.
 */
public final class Capabilities {

    public static final int LONG_PASSWORD = 1;
    public static final int FOUND_ROWS = 1 << 1;
    public static final int LONG_FLAG = 1 << 2;
    public static final int CONNECT_WITH_DB = 1 << 3;
    public static final int NO_SCHEMA = 1 << 4;
    public static final int COMPRESS = 1 << 5;
    public static final int ODBC = 1 << 6;
    public static final int LOCAL_FILES = 1 << 7;
    public static final int IGNORE_SPACE = 1 << 8;
    public static final int PROTOCOL_41 = 1 << 9;
    public static final int INTERACTIVE = 1 << 10;
    public static final int SSL = 1 << 11;
    public static final int TRANSACTIONS = 1 << 13;
    public static final int SECURE_CONNECTION = 1 << 15;
    public static final int MULTI_STATEMENTS = 1 << 16;
    public static final int MULTI_RESULTS = 1 << 17;
    public static final int PS_MULTI_RESULTS = 1 << 18;
    public static final int PLUGIN_AUTH = 1 << 19;
    public static final int CONNECT_ATTRS = 1 << 20;
    public static final int PLUGIN_AUTH_LENENC = 1 << 21;
    public static final int SESSION_TRACK = 1 << 23;
    public static final int DEPRECATE_EOF = 1 << 24;
    public static final int QUERY_ATTRIBUTES = 1 << 27;

    /** What shapes the command phase: asked of the target exactly as the client took it. */
    static final int COMMAND_PHASE = FOUND_ROWS
            | LONG_FLAG
            | NO_SCHEMA
            | ODBC
            | IGNORE_SPACE
            | INTERACTIVE
            | TRANSACTIONS
            | MULTI_STATEMENTS
            | MULTI_RESULTS
            | PS_MULTI_RESULTS
            | SESSION_TRACK
            | DEPRECATE_EOF
            | QUERY_ATTRIBUTES
            | LOCAL_FILES;

    /** What a target may lack without harm: it changes no byte of what follows. */
    private static final int HINTS =
            NO_SCHEMA | ODBC | IGNORE_SPACE | INTERACTIVE | LONG_FLAG | TRANSACTIONS | FOUND_ROWS | LOCAL_FILES;

    /** What MariaDB and older servers lack, and clients take wherever it is offered: so only where it is known to be there. */
    private static final int ONLY_WHEN_MET = QUERY_ATTRIBUTES;

    /** Not among them: compression (nothing could be audited), local files (where they are allowed only), optional metadata. */
    private static final int OFFERED = COMMAND_PHASE & ~LOCAL_FILES
            | LONG_PASSWORD
            | CONNECT_WITH_DB
            | PROTOCOL_41
            | SECURE_CONNECTION
            | PLUGIN_AUTH
            | CONNECT_ATTRS
            | PLUGIN_AUTH_LENENC
            | SSL;

    private Capabilities() {}

    /** The most that is offered to any client, but for {@link #withLocalFiles}. */
    public static int offered() {
        return OFFERED;
    }

    /** What to offer a client whose target has said nothing of itself yet. */
    public static int offeredUnmet() {
        return OFFERED & ~ONLY_WHEN_MET;
    }

    /** What to offer a client whose target has {@code targetOffers}. */
    public static int offeredFor(int targetOffers) {
        return OFFERED & ~lacking(OFFERED, targetOffers);
    }

    /** What to offer where {@code LOAD DATA LOCAL INFILE} is allowed. */
    public static int withLocalFiles(int offered) {
        return offered | LOCAL_FILES;
    }

    /** What to offer a client that is in a tunnel of ours. */
    public static int withoutTls(int offered) {
        return offered & ~SSL;
    }

    /** What is in force for a client that says {@code claimed}: a flag that was not offered counts for nothing. */
    public static int agreed(int claimed) {
        return claimed & withLocalFiles(OFFERED);
    }

    /** What to say to the target for a client with {@code agreed}. */
    static int towardsTarget(int agreed, int targetOffers) {
        int login = LONG_PASSWORD
                | CONNECT_WITH_DB
                | PROTOCOL_41
                | SECURE_CONNECTION
                | PLUGIN_AUTH
                | CONNECT_ATTRS
                | PLUGIN_AUTH_LENENC;
        return (agreed & COMMAND_PHASE & (targetOffers | HINTS))
                | (login & targetOffers)
                | PROTOCOL_41
                | SECURE_CONNECTION;
    }

    /** What the client was promised and the target cannot do; 0 when they fit. */
    static int lacking(int agreed, int targetOffers) {
        return agreed & COMMAND_PHASE & ~HINTS & ~targetOffers;
    }

    static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
