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
    REFUSED(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
