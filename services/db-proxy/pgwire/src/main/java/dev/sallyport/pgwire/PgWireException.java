package dev.sallyport.pgwire;

/**
 * The peer broke the protocol, or a bound of ours. The connection cannot go on. The message may be shown to the client; it
 * holds no data of the peer's but types and lengths.
 */
public final class PgWireException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** {@code protocol_violation}. */
    public static final String PROTOCOL_VIOLATION = "08P01";
    /** {@code program_limit_exceeded}. */
    public static final String LIMIT_EXCEEDED = "54000";

    private final String sqlState;

    /** @param sqlState five characters (Appendix A, PostgreSQL Error Codes) */
    public PgWireException(String sqlState, String message) {
        // No stack trace: whoever sends rubbish must not make us walk stacks.
        super(message, null, false, false);
        this.sqlState = sqlState;
    }

    /** A violation of the protocol. */
    public static PgWireException violation(String message) {
        return new PgWireException(PROTOCOL_VIOLATION, message);
    }

    /** What the client is to be told. */
    public String sqlState() {
        return sqlState;
    }
}
