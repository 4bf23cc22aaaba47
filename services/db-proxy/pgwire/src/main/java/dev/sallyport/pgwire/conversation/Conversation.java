package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.FrameParser;
import dev.sallyport.pgwire.types.ClientEncodings;
import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Follows one session from both sides and tells an {@link AuditTrail} which statements the target executed. It sees each side's
 * bytes once, in order, before they are passed on; it changes none and holds none back but for {@link #fromClient}'s rest.
 *
 * <p>Not thread-safe: one event loop.
 *
 * <p>Each method may throw {@link dev.sallyport.pgwire.PgWireException}; the session must then end.
 */
public final class Conversation {

    private final AuditTrail trail;
    private final Limits limits;
    private final Pipeline pipeline;
    private final ClientMessages clientMessages;
    private final FrameParser client;
    private final FrameParser target;
    private Charset charset = StandardCharsets.UTF_8;

    public Conversation(AuditTrail trail, Limits limits) {
        this(trail, limits, false);
    }

    /** @param replication whether the target is a walsender (Streaming Replication Protocol) */
    public Conversation(AuditTrail trail, Limits limits, boolean replication) {
        this.trail = trail;
        this.limits = limits;
        Retention retention = new Retention(limits.maxRetainedBytes());
        PreparedStatements statements = new PreparedStatements(retention);
        Portals portals = new Portals(retention);
        pipeline = new Pipeline(trail, statements, portals);
        clientMessages = new ClientMessages(this, limits, pipeline, statements, portals, retention, replication);
        client = new FrameParser(clientMessages);
        target = new FrameParser(new ServerMessages(this, pipeline, statements, portals, replication));
    }

    /**
     * The client has sent the readable bytes of {@code bytes}. No index is moved.
     *
     * @return how many of them may be passed on now. The rest must wait until the target has said more, and be given here again
     *     then, before anything that came later
     */
    public int fromClient(ByteBuf bytes) {
        return client.parse(bytes);
    }

    /** The target has sent the readable bytes of {@code bytes}. No index is moved. */
    public void fromTarget(ByteBuf bytes) {
        target.parse(bytes);
        pipeline.batchEnd(clientMessages.intentOpen());
    }

    /** Whether so many responses are outstanding that no more should be read from the client. */
    public boolean pipelineFull() {
        return pipeline.full(limits.maxPipelined());
    }

    /** Whether the target owes nothing, and the client is between two messages. */
    public boolean idle() {
        return pipeline.idle() && client.betweenMessages();
    }

    /** How often the target has said that it is ready: it counts what a request to cancel may be about. */
    public long timesReady() {
        return pipeline.timesReady();
    }

    /** Whether the target has said, with an error, that it is about to close the connection. */
    public boolean targetSaidGoodbye() {
        return pipeline.targetSaidGoodbye();
    }

    /** Whether something can be said to the client without breaking into a message of the target's. */
    public boolean targetBetweenMessages() {
        return target.betweenMessages();
    }

    /** Whether the client has said Terminate. */
    public boolean terminated() {
        return clientMessages.terminated();
    }

    /** The connection is closed: whatever has no outcome yet will have none. */
    public void closed() {
        clientMessages.abandon();
        pipeline.closed();
    }

    AuditTrail trail() {
        return trail;
    }

    Charset charset() {
        return charset;
    }

    /** The target reports a parameter, here or in its greeting. */
    public void parameterStatus(String name, String value) {
        if (name.equals("client_encoding")) {
            charset = ClientEncodings.charset(value);
        }
        trail.parameterStatus(name, value);
    }
}
