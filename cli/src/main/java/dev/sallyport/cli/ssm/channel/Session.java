package dev.sallyport.cli.ssm.channel;

import dev.sallyport.kernel.Secret;
import java.net.URI;

/** A session of Session Manager that was started, and the calls of the API that are about it. Each has a deadline of its own. */
public interface Session {

    /**
     * Where its data channel is, and what opens it once.
     *
     * @param token good for one WebSocket
     */
    record Door(URI url, Secret token) {}

    String id();

    /** Of {@code StartSession}. */
    Door door();

    /**
     * {@code ResumeSession}: a door for the next WebSocket of the same session.
     *
     * @throws SsmFailure passing when the call did not go through, lasting when the session is over
     */
    Door resume();

    /** {@code TerminateSession}; a session that is over already is no failure. */
    void terminate();
}
