package dev.sallyport.cli.ssm.channel;

/**
 * A way over Session Manager that could not be opened, or broke. The message says what was wrong and what to do, and holds no
 * secret.
 */
public final class SsmFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private SsmFailure(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    /** One that another try, with the same ticket or a fresh one, may get over. */
    public static SsmFailure passing(String message) {
        return new SsmFailure(message, true);
    }

    /** One that stays until somebody changes something. */
    public static SsmFailure lasting(String message) {
        return new SsmFailure(message, false);
    }

    public boolean isPassing() {
        return passing;
    }
}
