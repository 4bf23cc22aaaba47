package dev.sallyport.cli;

/** What {@code sally} exits with. The numbers are part of its interface. */
public enum ExitCode {
    OK(0),
    /** Something failed that no other code names. */
    FAILED(1),
    /** The command line was wrong (picocli's own code too). */
    USAGE(2),
    /** The local stack is not running, or not all of it. */
    NOT_RUNNING(3),
    /** A part of the local stack could not start. */
    CANNOT_START(4),
    /** A step of the story did not turn out as it must. */
    STORY_FAILED(5),
    /** The API refused the request. */
    REFUSED(6),
    /** Nobody is logged in, or no longer: {@code sally login}. */
    LOGIN_NEEDED(7),
    /** What was asked for will not come: the request was denied, cancelled or expired, or its activation failed. */
    NOT_GRANTED(8),
    /** What was waited for did not come in time; it may still come. */
    TIMED_OUT(9),
    /** The grant ended while it was in use. */
    GRANT_ENDED(10),
    /** The local port is taken. */
    PORT_TAKEN(11),
    /** The tunnel could not be opened, or broke and could not be opened again. */
    TUNNEL_FAILED(12),
    /** Ended by its user: Ctrl-C. */
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
