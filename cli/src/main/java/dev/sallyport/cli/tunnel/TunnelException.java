package dev.sallyport.cli.tunnel;

/** A tunnel cannot be opened. The message is for people, and says what to do. */
public final class TunnelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean passing;

    /**
     * @param code stable: {@code grant_not_active}, {@code port_taken}, {@code refused_1300}, {@code lost}, {@code timeout}, …
     * @param passing whether it may be another time
     */
    public TunnelException(String code, String message, boolean passing) {
        super(message);
        this.code = code;
        this.passing = passing;
    }

    public String code() {
        return code;
    }

    /** Whether it is worth trying again. */
    public boolean passing() {
        return passing;
    }
}
