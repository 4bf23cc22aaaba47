package dev.sallyport.proxy.audit;

/** Follows the statements of a session besides recording them. Called on the session's event loop: must not block. */
public interface StatementTrace {

    /**
     * A statement is ready to be forwarded. Looks at its text now, and keeps nothing of the array.
     *
     * @param startedAtMicros since the epoch
     * @param text its first record, which is all of it up to {@link JournaledSession#RECORD_BYTES}
     * @param length 0 for a longer one
     */
    Begun begun(String kind, long startedAtMicros, byte[] text, int from, int length);

    /** One statement. */
    interface Begun {

        /**
         * @param sequence of its event; 0 when that is not known, because statements are missing in the session's record. A statement
         *     that was skipped has no event
         * @param durationMicros since it was begun
         */
        void ended(long sequence, long durationMicros, Outcome outcome);
    }
}
