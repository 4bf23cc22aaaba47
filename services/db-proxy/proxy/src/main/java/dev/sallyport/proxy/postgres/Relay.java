package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.conversation.Conversation;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.relay.ReadGate;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Passes bytes both ways by reference, each batch after the {@link Conversation} has seen it: so every intent is in the journal
 * before the statement's last byte goes out. What must wait for the target is held, and the client not read meanwhile: at most
 * one batch of reads.
 */
final class Relay {

    private final Conversation conversation;
    private final AuditedSession session;
    private final WireEnd client;
    private final WireEnd target;
    private final Deque<ByteBuf> held = new ArrayDeque<>();

    Relay(Conversation conversation, AuditedSession session, WireEnd client, WireEnd target) {
        this.conversation = conversation;
        this.session = session;
        this.client = client;
        this.target = target;
    }

    void fromClient(ByteBuf bytes) {
        session.countFromClient(bytes.readableBytes());
        held.add(bytes);
        passHeld();
    }

    void fromTarget(ByteBuf bytes) {
        session.countToClient(bytes.readableBytes());
        try {
            conversation.fromTarget(bytes);
        } catch (RuntimeException e) {
            bytes.release();
            throw e;
        }
        target.pass(bytes);
        if (!held.isEmpty()) {
            passHeld();
            client.flushNow();
        } else {
            gateClient();
        }
    }

    /** What comes of a target whose client has gone: for the record only. */
    void fromTargetToNobody(ByteBuf bytes) {
        try {
            conversation.fromTarget(bytes);
        } finally {
            bytes.release();
        }
    }

    Conversation conversation() {
        return conversation;
    }

    void close() {
        held.forEach(ByteBuf::release);
        held.clear();
        conversation.closed();
    }

    private void passHeld() {
        for (ByteBuf next = held.peek(); next != null; next = held.peek()) {
            int now = conversation.fromClient(next);
            if (now < next.readableBytes()) {
                if (now > 0) {
                    client.pass(next.readRetainedSlice(now));
                }
                break;
            }
            client.pass(held.remove());
        }
        gateClient();
    }

    private void gateClient() {
        if (held.isEmpty() && !conversation.pipelineFull()) {
            ReadGate.of(client.wire()).resume(ReadGate.Reason.HANDLER);
        } else {
            ReadGate.of(client.wire()).stop(ReadGate.Reason.HANDLER);
        }
    }
}
