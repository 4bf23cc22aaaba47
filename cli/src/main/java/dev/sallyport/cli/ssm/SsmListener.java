package dev.sallyport.cli.ssm;

import java.net.URI;
import java.time.Instant;

/** Hears what happens on the way over Session Manager, so that people can be told. Calls come from any thread and must return soon. */
public interface SsmListener {

    /**
     * Somebody has to sign in to AWS.
     *
     * @param page to be opened in a browser; it holds the code already
     * @param code to compare with what the page shows
     * @param until when the code is good
     */
    default void signInAt(URI page, String code, Instant until) {}

    /** Something takes a moment, for instance {@code waiting for the role to appear in the account}. */
    default void waiting(String forWhat) {}

    /** The socket to Session Manager was lost and is there again; nothing was lost with it. */
    default void resumed() {}

    /**
     * The way is closed. Also called when {@code close} was.
     *
     * @param why one sentence
     * @param passing whether another try may succeed
     */
    default void ended(String why, boolean passing) {}
}
