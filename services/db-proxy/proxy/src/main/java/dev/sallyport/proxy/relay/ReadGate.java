package dev.sallyport.proxy.relay;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whether a channel is read: as long as nobody has a reason to stop it. It alone sets the channel's auto-read. Confined to the
 * channel's event loop.
 */
public final class ReadGate {

    /** Why a channel is not read. */
    public enum Reason {
        /** The other side does not take what was sent to it. */
        PEER_FULL,
        /** Too much of the journal is waiting to be shipped. */
        JOURNAL_FULL,
        /** A statement's intent is on its way to the disk. */
        JOURNAL_FLUSH,
        /** The protocol's handler waits for something. */
        HANDLER
    }

    private static final AttributeKey<ReadGate> KEY = AttributeKey.valueOf(ReadGate.class, "gate");

    private final Channel channel;
    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

    private ReadGate(Channel channel) {
        this.channel = channel;
    }

    /** The channel's one gate. */
    public static ReadGate of(Channel channel) {
        ReadGate gate = channel.attr(KEY).get();
        if (gate == null) {
            gate = new ReadGate(channel);
            channel.attr(KEY).set(gate);
        }
        return gate;
    }

    /**
     * Stops reading for {@code reason}.
     *
     * @return false when it was stopped for that reason already
     */
    public boolean stop(Reason reason) {
        boolean news = reasons.add(reason);
        if (news && reasons.size() == 1) {
            channel.config().setAutoRead(false);
        }
        return news;
    }

    /** Takes {@code reason} back; reading goes on when it was the last. */
    public void resume(Reason reason) {
        if (reasons.remove(reason) && reasons.isEmpty()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Whether nobody stops it. */
    public boolean open() {
        return reasons.isEmpty();
    }
}
