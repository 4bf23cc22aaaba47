package dev.sallyport.cli.ssm.channel;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes to the agent and back that outlives its WebSockets: numbers, acknowledges, sends again, puts in order, and resumes the
 * session when a socket is lost. Safe for many threads. Locks are taken in this order: {@code delivery}, {@code state}; nothing is sent
 * under {@code state}.
 */
public final class DataChannel implements AutoCloseable {

    /** Payload of one message: the plugin's and the agent's own size. */
    public static final int PAYLOAD_BYTES = 1_024;

    private static final String THE_LINE_WENT = "the connection to Session Manager was lost";

    private final Session session;
    private final Timing timing;
    private final Receiver receiver;
    private final UUID client = UUID.randomUUID();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;
    private final CompletableFuture<Boolean> handshake = new CompletableFuture<>();
    private final CompletableFuture<SsmFailure> ended = new CompletableFuture<>();

    private final ReentrantLock closing = new ReentrantLock();
    private final ReentrantLock delivery = new ReentrantLock();
    private final IncomingOrder incoming;

    private final ReentrantLock state = new ReentrantLock();
    private final Condition room = state.newCondition();
    private final OutgoingWindow outgoing;
    private @Nullable Line line;
    private boolean paused;
    private long progressNanos = System.nanoTime();
    private volatile boolean keepAlive;

    /** Takes what the agent sends. */
    public interface Receiver {

        /** The next bytes of the stream; while this does not return, nothing more is read. Called by one thread at a time. */
        void received(byte[] payload) throws MalformedMessage;

        /** The agent could not connect to the port. */
        void portRefused();

        /** The session goes on over a new WebSocket. */
        default void resumed() {}
    }

    private DataChannel(Session session, Timing timing, Receiver receiver) {
        this.session = session;
        this.timing = timing;
        this.receiver = receiver;
        this.incoming = new IncomingOrder(timing.early());
        this.outgoing = new OutgoingWindow(timing.window());
        this.http = HttpClient.newBuilder()
                .connectTimeout(timing.connect())
                .executor(threads)
                .build();
    }

    /**
     * Opens the channel of a session and shakes hands with its agent.
     *
     * @throws SsmFailure when that does not come about in time; the session is terminated then
     */
    public static DataChannel open(Session session, Timing timing, Receiver receiver) {
        DataChannel channel = new DataChannel(session, timing, receiver);
        try {
            channel.connect(session.door());
            channel.threads.execute(channel::watch);
            channel.handshake.get(timing.handshake().toMillis(), TimeUnit.MILLISECONDS);
            return channel;
        } catch (IOException e) {
            throw channel.failed(
                    SsmFailure.passing("the data channel of Session Manager could not be opened: " + e.getMessage()));
        } catch (TimeoutException e) {
            throw channel.failed(SsmFailure.passing("the SSM agent of the task did not answer within "
                    + timing.handshake().toSeconds() + " s; is `ECS Exec` enabled for the task, and does it run?"));
        } catch (ExecutionException e) {
            throw channel.failed(
                    e.getCause() instanceof SsmFailure failure ? failure : SsmFailure.passing(THE_LINE_WENT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw channel.failed(SsmFailure.passing("interrupted"));
        }
    }

    private SsmFailure failed(SsmFailure failure) {
        end(failure);
        close();
        return failure;
    }

    /** Done when the channel is at its end, with why. */
    public CompletableFuture<SsmFailure> ended() {
        return ended;
    }

    /** Whether the agent wants to hear {@link Smux#keepAlive} every ten seconds. */
    public boolean wantsKeepAlive() {
        return keepAlive;
    }

    /**
     * Sends the next bytes of the stream; waits while as much as may be is under way.
     *
     * @param payload up to {@link #PAYLOAD_BYTES}
     * @throws SsmFailure when the channel is at its end
     */
    public void send(byte[] payload) {
        send(PayloadType.OUTPUT, payload);
    }

    private void send(PayloadType type, byte[] payload) {
        @Nullable Line to;
        byte[] message;
        state.lock();
        try {
            while (outgoing.full() && !ended.isDone()) {
                room.awaitUninterruptibly();
            }
            if (ended.isDone()) {
                throw ended.join();
            }
            message = AgentMessage.input(outgoing.nextSequence(), type, payload, Instant.now())
                    .encode();
            if (outgoing.isEmpty()) {
                progressNanos = System.nanoTime();
            }
            outgoing.add(message, System.nanoTime());
            to = paused ? null : line;
        } finally {
            state.unlock();
        }
        transmit(to, message);
    }

    /** What does not go out now goes out when its acknowledgement is late. */
    private void transmit(@Nullable Line to, byte[] message) {
        if (to != null) {
            try {
                to.sendBinary(message);
            } catch (IOException e) {
                lost(to, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Tells the agent that the session is over, waits a moment for what is under way, and terminates it. Repeating it does nothing. */
    @Override
    public void close() {
        closing.lock();
        try {
            closeOnce();
        } finally {
            closing.unlock();
        }
    }

    private void closeOnce() {
        if (handshake.isDone() && !handshake.isCompletedExceptionally() && !ended.isDone()) {
            sayGoodbye();
        }
        end(SsmFailure.lasting("the session was closed"));
        handshake.completeExceptionally(ended.join());
        Line last = swap(null);
        if (last != null) {
            last.close();
        }
        if (!threads.isShutdown()) {
            threads.shutdownNow();
            http.shutdownNow();
            session.terminate();
        }
    }

    private void sayGoodbye() {
        try {
            send(PayloadType.FLAG, SessionFlag.TERMINATE_SESSION.payload());
            state.lock();
            try {
                long left = timing.closing().toNanos();
                while (!outgoing.isEmpty() && left > 0 && !ended.isDone()) {
                    left = room.awaitNanos(left);
                }
            } finally {
                state.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SsmFailure e) {
            // It ended meanwhile.
        }
    }

    private void end(SsmFailure why) {
        if (ended.complete(why)) {
            handshake.completeExceptionally(why);
            state.lock();
            try {
                room.signalAll();
            } finally {
                state.unlock();
            }
        }
    }

    private void connect(Session.Door door) throws IOException {
        Line fresh = Line.connect(http, door.url(), timing, new Lines());
        fresh.sendText(Bodies.openDataChannel(door.token(), client));
        swap(fresh);
        if (fresh.isLost()) {
            throw new IOException("the service closed the WebSocket at once");
        }
        List<byte[]> again;
        state.lock();
        try {
            paused = false;
            progressNanos = System.nanoTime();
            again = outgoing.all(System.nanoTime());
        } finally {
            state.unlock();
        }
        for (byte[] message : again) {
            fresh.sendBinary(message);
        }
        if (ended.isDone()) {
            fresh.abort();
        }
    }

    private @Nullable Line swap(@Nullable Line fresh) {
        state.lock();
        try {
            Line before = line;
            line = fresh;
            return before;
        } finally {
            state.unlock();
        }
    }

    private void lost(Line which, String cause) {
        state.lock();
        try {
            if (line != which || ended.isDone()) {
                return;
            }
            line = null;
        } finally {
            state.unlock();
        }
        which.abort();
        threads.execute(() -> resume(cause));
    }

    private void resume(String cause) {
        Duration pause = timing.firstPause();
        for (int attempt = 1; attempt <= timing.resumeAttempts() && !ended.isDone(); attempt++) {
            try {
                connect(session.resume());
                receiver.resumed();
                return;
            } catch (SsmFailure failure) {
                if (!failure.isPassing()) {
                    end(failure);
                    return;
                }
            } catch (IOException e) {
                swap(null);
            }
            if (pausedFor(pause)) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(timing.longestPause()) < 0
                    ? pause.multipliedBy(2)
                    : timing.longestPause();
        }
        end(SsmFailure.passing(THE_LINE_WENT + " and did not come back: " + cause));
    }

    /** True when the channel ended meanwhile. */
    private boolean pausedFor(Duration pause) {
        try {
            ended.get(pause.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CompletionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Sends again what is late, and asks a silent line whether it is there. */
    private void watch() {
        long pingedNanos = System.nanoTime();
        while (!pausedFor(timing.tick())) {
            Line now = line();
            if (now == null) {
                continue;
            }
            boolean ping = System.nanoTime() - pingedNanos > timing.ping().toNanos();
            if (ping) {
                pingedNanos = System.nanoTime();
            }
            tend(now, ping);
        }
    }

    private void tend(Line now, boolean ping) {
        boolean waiting = false;
        List<byte[]> due = List.of();
        state.lock();
        try {
            long stalledNanos = outgoing.isEmpty() ? 0 : System.nanoTime() - progressNanos;
            waiting = stalledNanos > timing.silence().toNanos();
            if (stalledNanos > timing.stall().toNanos()) {
                end(SsmFailure.passing("the SSM agent of the task took nothing more for "
                        + timing.stall().toSeconds() + " s; the task may be gone or overloaded"));
                return;
            }
            due = paused ? due : outgoing.due(System.nanoTime());
        } finally {
            state.unlock();
        }
        // A pong comes at least every ping; an acknowledgement comes sooner.
        Duration allowed = waiting ? timing.silence() : timing.silence().plus(timing.ping());
        if (now.silence().compareTo(allowed) > 0) {
            lost(now, "nothing was heard for " + now.silence().toSeconds() + " s");
            return;
        }
        due.forEach(message -> transmit(now, message));
        if (ping) {
            try {
                now.ping();
            } catch (IOException e) {
                lost(now, String.valueOf(e.getMessage()));
            }
        }
    }

    private @Nullable Line line() {
        state.lock();
        try {
            return line;
        } finally {
            state.unlock();
        }
    }

    /** What comes in, over this socket or the one before it. */
    private final class Lines implements Line.Owner {

        @Override
        public void lost(Line which, String cause) {
            DataChannel.this.lost(which, cause);
        }

        @Override
        public void received(byte[] bytes) {
            try {
                AgentMessage message = AgentMessage.decode(bytes);
                switch (message.type()) {
                    case AgentMessage.OUTPUT -> stream(message);
                    case AgentMessage.ACKNOWLEDGE -> acknowledged(Bodies.acknowledged(message));
                    case AgentMessage.PAUSE_PUBLICATION -> pause(true);
                    case AgentMessage.START_PUBLICATION -> pause(false);
                    case AgentMessage.CHANNEL_CLOSED -> closed(Bodies.closedBecause(message));
                    default -> {
                        // Session Manager has types for shells; none of them concerns a port.
                    }
                }
            } catch (MalformedMessage e) {
                // As the plugin does: what cannot be read is not acknowledged, and comes again if it is of the stream.
            }
        }
    }

    private void closed(String why) {
        end(SsmFailure.passing(
                why.isEmpty() ? "Session Manager ended the session" : "Session Manager ended the session: " + why));
    }

    private void acknowledged(long sequence) {
        state.lock();
        try {
            paused = false;
            if (outgoing.acknowledged(sequence, System.nanoTime())) {
                progressNanos = System.nanoTime();
                room.signalAll();
            }
        } finally {
            state.unlock();
        }
    }

    private void pause(boolean now) {
        state.lock();
        try {
            paused = now;
        } finally {
            state.unlock();
        }
    }

    private void stream(AgentMessage message) {
        delivery.lock();
        try {
            switch (incoming.place(message)) {
                case NEXT -> {
                    deliver(message);
                    acknowledge(message);
                    for (AgentMessage next = incoming.delivered(); next != null; next = incoming.delivered()) {
                        deliver(next);
                    }
                }
                case EARLY, SEEN -> acknowledge(message);
                case TOO_EARLY -> {
                    // Not acknowledged: it comes again.
                }
            }
        } finally {
            delivery.unlock();
        }
    }

    private void acknowledge(AgentMessage message) {
        Line to = line();
        transmit(
                to,
                AgentMessage.acknowledgement(Bodies.acknowledge(message), Instant.now())
                        .encode());
    }

    private void deliver(AgentMessage message) {
        if (ended.isDone()) {
            return;
        }
        try {
            switch (PayloadType.of(message.payloadType()).orElse(PayloadType.ENCRYPTION_CHALLENGE)) {
                case HANDSHAKE_REQUEST -> answer(Handshake.answer(message.payload()));
                case HANDSHAKE_COMPLETE -> handshake.complete(true);
                case OUTPUT -> receiver.received(message.payload());
                case FLAG -> {
                    if (SessionFlag.of(message.payload())
                            .filter(SessionFlag.CONNECT_TO_PORT_ERROR::equals)
                            .isPresent()) {
                        receiver.portRefused();
                    }
                }
                case HANDSHAKE_RESPONSE, ENCRYPTION_CHALLENGE -> {
                    // The first is ours to send; the second, and what is not known, comes to those only who agreed to
                    // it.
                }
            }
        } catch (MalformedMessage e) {
            end(SsmFailure.passing("the SSM agent sent " + e.getMessage()));
        }
    }

    private void answer(Handshake answer) {
        keepAlive = answer.keepAlive();
        send(PayloadType.HANDSHAKE_RESPONSE, answer.response());
        answer.refusal().ifPresent(this::end);
    }
}
