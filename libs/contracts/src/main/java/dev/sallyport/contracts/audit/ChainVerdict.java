package dev.sallyport.contracts.audit;

/** What following a session's chain of statements has shown. */
public sealed interface ChainVerdict {

    /**
     * Every link holds.
     *
     * @param statements how many statements are recorded
     * @param unrecorded how many the chain says are not: see {@link StatementExecuted#GAP}
     * @param head the hash of the last link
     * @param complete true when the session has ended with that link; false while nobody can know
     */
    record Intact(long statements, long unrecorded, String head, boolean complete) implements ChainVerdict {}

    /**
     * One does not.
     *
     * @param sequence of the first link that is missing, changed or one too many
     * @param expected what had to be there for the chain to hold
     * @param found what is there
     */
    record Broken(long sequence, String reason, String expected, String found) implements ChainVerdict {}
}
