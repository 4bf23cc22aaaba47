package dev.sallyport.pgwire.conversation;

/**
 * What one conversation may hold in memory.
 *
 * @param maxRetainedBytes SQL of prepared statements and parameters of portals, together; more is refused (54000)
 * @param maxValueBytes of one parameter; of a longer one the beginning is recorded, and how long it was
 * @param maxPipelined messages waiting for their responses; with more, {@link Conversation#pipelineFull} says so
 */
public record Limits(int maxRetainedBytes, int maxValueBytes, int maxPipelined) {

    public static final Limits DEFAULT = new Limits(16 * 1024 * 1024, 8 * 1024, 16 * 1024);

    public Limits {
        if (maxRetainedBytes < 1 || maxValueBytes < 1 || maxPipelined < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }
}
