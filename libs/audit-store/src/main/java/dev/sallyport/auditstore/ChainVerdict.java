package dev.sallyport.auditstore;

/** What following a session's chain of statements has shown. */
public sealed interface ChainVerdict {

    /**
     * Every link holds.
     *
     * @param statements how many there are
     * @param complete true when the session has ended with the last of them; false while nobody can know
     */
    record Intact(long statements, boolean complete) implements ChainVerdict {}

    /**
     * One does not.
     *
     * @param sequence of the first statement that is missing, changed or one too many
     */
    record Broken(long sequence, String reason) implements ChainVerdict {}
}
