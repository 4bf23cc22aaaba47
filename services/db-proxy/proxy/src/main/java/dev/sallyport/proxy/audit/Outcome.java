package dev.sallyport.proxy.audit;

import org.jspecify.annotations.Nullable;

/** How a statement ended. */
public sealed interface Outcome {

    /**
     * The target said that it was done.
     *
     * @param rows returned or changed, as the target said; null when it said nothing
     * @param transaction the state behind it; null when the target has not said so
     */
    record Ok(@Nullable Long rows, @Nullable Transaction transaction) implements Outcome {}

    /**
     * The target said that it failed.
     *
     * @param sqlState five characters
     * @param errorCode the number of a MySQL error; null where the protocol has none
     * @param message the target's own, at most {@value #MAX_MESSAGE_CHARS} characters are kept
     * @param transaction the state behind it; null when the target has not said so
     */
    record Failed(
            @Nullable String sqlState,
            @Nullable Integer errorCode,
            String message,
            @Nullable Transaction transaction) implements Outcome {}

    /** The target never executed it, because one before it in the pipeline had failed: no event. */
    record Skipped() implements Outcome {}

    /** It was forwarded and nothing more was heard of it. */
    record Unknown() implements Outcome {}

    int MAX_MESSAGE_CHARS = 4096;

    Outcome SKIPPED = new Skipped();

    Outcome UNKNOWN = new Unknown();
}
