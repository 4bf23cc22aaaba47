package dev.sallyport.proxy.connection;

import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.relay.ReadGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Last in the target's pipeline: holds what is written until the journal's last intent before it is on the disk, and the client
 * is not read meanwhile: so what is held is one batch of reads. Confined to the event loop of both channels.
 */
final class StrictGate extends ChannelOutboundHandlerAdapter {

    private record Held(Object message, ChannelPromise promise, long intent) {}

    private final Journal journal;
    private final Channel client;
    private final LongSupplier lastIntent;
    private final Consumer<JournalException> failed;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private boolean unflushed;
    private boolean waiting;
    private boolean broken;

    /**
     * @param lastIntent the record of the intent that was written last
     * @param failed told once, when an intent could not be brought to the disk: nothing more is passed on
     */
    StrictGate(Journal journal, Channel client, LongSupplier lastIntent, Consumer<JournalException> failed) {
        this.journal = journal;
        this.client = client;
        this.lastIntent = lastIntent;
        this.failed = failed;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        long intent = lastIntent.getAsLong();
        if (broken) {
            drop(new Held(message, promise, intent));
        } else if (held.isEmpty() && journal.isDurable(intent)) {
            context.write(message, promise);
        } else {
            held.add(new Held(message, promise, intent));
            await(context, intent);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        unflushed = !held.isEmpty();
        context.flush();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        dropAll();
        context.close(promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        dropAll();
    }

    private void await(ChannelHandlerContext context, long intent) {
        if (!waiting) {
            waiting = true;
            ReadGate.of(client).stop(ReadGate.Reason.JOURNAL_FLUSH);
            journal.whenDurable(intent, failure -> onLoop(context, () -> flushed(context, intent, failure)));
        }
    }

    private static void onLoop(ChannelHandlerContext context, Runnable task) {
        try {
            context.executor().execute(task);
        } catch (RejectedExecutionException e) {
            // The loops are shut down: nothing is forwarded any more.
        }
    }

    private void flushed(ChannelHandlerContext context, long intent, @Nullable JournalException failure) {
        waiting = false;
        if (failure != null) {
            dropAll();
            failed.accept(failure);
            return;
        }
        for (Held next = held.peek(); next != null && next.intent() <= intent; next = held.peek()) {
            held.remove();
            context.write(next.message(), next.promise());
        }
        if (unflushed) {
            context.flush();
        }
        Held next = held.peekLast();
        if (next == null) {
            unflushed = false;
            ReadGate.of(client).resume(ReadGate.Reason.JOURNAL_FLUSH);
        } else {
            await(context, next.intent());
        }
    }

    private void dropAll() {
        broken = true;
        held.forEach(StrictGate::drop);
        held.clear();
    }

    private static void drop(Held one) {
        ReferenceCountUtil.release(one.message());
        if (!one.promise().isVoid()) {
            one.promise().tryFailure(new JournalException("the statement's intent is not on the disk"));
        }
    }
}
