package dev.sallyport.sandbox.aws.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The agent's end of one data channel ({@code agent/session/datachannel/datachannel.go}): it shakes hands, acknowledges, orders, and sends the oldest message
 * again whose acknowledgement is late. It reads from the port only while it is not paused, and no further than its buffer goes.
 */
final class AgentChannel implements AutoCloseable {

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration RESEND_INTERVAL = Duration.ofMillis(100);
    private static final long LONGEST_TIMEOUT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int PAYLOAD = 1_024;
    /** {@code OutgoingMessageBufferCapacity}; the agent goes on beyond it and cannot send again then, which here nobody gets to see. */
    private static final int BUFFERED = 10_000;

    private static final int OUTPUT = 1;
    private static final int HANDSHAKE_REQUEST = 5;
    private static final int HANDSHAKE_RESPONSE = 6;
    private static final int HANDSHAKE_COMPLETE = 7;
    private static final int FLAG = 10;
    private static final int TERMINATE_SESSION = 2;
    private static final int CONNECT_TO_PORT_ERROR = 3;
    private static final int[] MUX_SINCE = {1, 1, 70};
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Consumer<ChannelMessage> service;
    private final Consumer<String> over;
    private final ChannelFaults faults;
    private final MuxServer mux;
    private final String portNumber;
    private final CompletableFuture<JsonNode> response = new CompletableFuture<>();
    private final TreeMap<Long, Sent> unacknowledged = new TreeMap<>();
    private final Map<Long, ChannelMessage> early = new HashMap<>();
    private long nextSequence;
    private long expected;
    private double meanNanos = 100e6;
    private double deviationNanos;
    private boolean paused;
    private boolean closed;
    private volatile boolean handshaken;

    private static final class Sent {
        private final ChannelMessage message;
        private long atNanos = System.nanoTime();

        Sent(ChannelMessage message) {
            this.message = message;
        }
    }

    /**
     * @param port on this machine
     * @param service takes messages to the client
     * @param over is told, once or more, when the agent ends the session, and why
     */
    AgentChannel(
            int port,
            String portNumber,
            ChannelFaults faults,
            Consumer<ChannelMessage> service,
            Consumer<String> over) {
        this.service = service;
        this.over = over;
        this.faults = faults;
        this.portNumber = portNumber;
        this.mux = new MuxServer(port, this::sendOutput, () -> send(FLAG, flag(CONNECT_TO_PORT_ERROR)));
    }

    void begin() {
        Thread.ofVirtual().name("agent").start(this::shakeHands);
        Thread.ofVirtual().name("agent-resend").start(this::resend);
    }

    private void shakeHands() {
        send(HANDSHAKE_REQUEST, bytes(request()));
        try {
            JsonNode answer = response.get(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            for (JsonNode action : answer.path("ProcessedClientActions")) {
                if (action.path("ActionStatus").asInt() != 1) {
                    over.accept(action.path("ActionType").asText() + " failed on client with status "
                            + action.path("ActionStatus").asText() + " error: "
                            + action.path("Error").asText());
                    return;
                }
            }
            if (!multiplexes(answer.path("ClientVersion").asText(""))) {
                over.accept("this stand-in plays only agents that multiplex, and clients of version 1.1.70 or later");
                return;
            }
            // Only then: what comes before is acknowledged and thrown away.
            handshaken = true;
            send(
                    HANDSHAKE_COMPLETE,
                    bytes(JSON.createObjectNode()
                            .put("HandshakeTimeToComplete", 1_000_000)
                            .put("CustomerMessage", "")));
        } catch (TimeoutException | ExecutionException e) {
            over.accept(
                    "Handshake timed out. Please ensure that you have the latest version of the session manager plugin.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectNode request() {
        ObjectNode request = JSON.createObjectNode().put("AgentVersion", faults.agentVersion());
        ObjectNode session =
                request.putArray("RequestedClientActions").addObject().put("ActionType", "SessionType");
        session.putObject("ActionParameters")
                .put("SessionType", "Port")
                .putObject("Properties")
                .put("portNumber", portNumber)
                .put("localPortNumber", "")
                .put("type", "LocalPortForwarding");
        if (faults.wantsEncryption()) {
            request.withArray("RequestedClientActions")
                    .addObject()
                    .put("ActionType", "KMSEncryption")
                    .putObject("ActionParameters")
                    .put("KMSKeyId", "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555");
        }
        return request;
    }

    private static boolean multiplexes(String version) {
        try {
            int[] numbers = Arrays.stream(version.split("\\."))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            return Arrays.compare(numbers, MUX_SINCE) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** What the service passes on from the client. Returns when the agent is done with it. @throws IllegalArgumentException as {@link ChannelMessage#decode} */
    void received(ChannelMessage message) throws InterruptedException {
        switch (message.type()) {
            case ChannelMessage.INPUT -> input(message);
            case ChannelMessage.ACKNOWLEDGE -> acknowledged(message);
            default -> throw new IllegalArgumentException("Invalid message type received: " + message.type());
        }
    }

    /** The service says whether anybody is there. */
    synchronized void pause(boolean now) {
        paused = now;
        notifyAll();
    }

    private void input(ChannelMessage message) throws InterruptedException {
        pause(false);
        if (message.sequence() == expected) {
            ChannelMessage next = message;
            while (next != null) {
                process(next);
                if (next == message) {
                    acknowledge(next);
                }
                next = early.remove(++expected);
            }
        } else {
            if (message.sequence() > expected) {
                if (early.size() >= BUFFERED) {
                    return;
                }
                early.put(message.sequence(), message);
            }
            acknowledge(message);
        }
    }

    private void process(ChannelMessage message) throws InterruptedException {
        if (message.payloadType() == HANDSHAKE_RESPONSE) {
            response.complete(parse(message.payload()));
        } else if (!handshaken) {
            return;
        } else if (message.payloadType() == OUTPUT) {
            mux.received(message.payload());
        } else if (message.payloadType() == FLAG && Arrays.equals(message.payload(), flag(TERMINATE_SESSION))) {
            Thread.ofVirtual().start(() -> over.accept(""));
        }
    }

    private void acknowledge(ChannelMessage message) {
        ObjectNode content = JSON.createObjectNode()
                .put("AcknowledgedMessageType", message.type())
                .put("AcknowledgedMessageId", message.id().toString())
                .put("AcknowledgedMessageSequenceNumber", message.sequence())
                .put("IsSequentialMessage", true);
        service.accept(ChannelMessage.of(ChannelMessage.ACKNOWLEDGE, 0, 3, 0, bytes(content)));
    }

    private synchronized void acknowledged(ChannelMessage message) {
        paused = false;
        JsonNode content = parse(message.payload());
        if (!content.path("AcknowledgedMessageType").asText().equals(ChannelMessage.OUTPUT)) {
            throw new IllegalArgumentException("an acknowledgement of what no agent sends");
        }
        Sent sent = unacknowledged.remove(
                content.path("AcknowledgedMessageSequenceNumber").asLong(-1));
        if (sent != null) {
            double took = System.nanoTime() - sent.atNanos;
            deviationNanos += (Math.abs(meanNanos - took) - deviationNanos) / 4;
            meanNanos += (took - meanNanos) / 8;
        }
        notifyAll();
    }

    private void sendOutput(byte[] frame) {
        for (int from = 0; from < frame.length; from += PAYLOAD) {
            send(OUTPUT, Arrays.copyOfRange(frame, from, Math.min(frame.length, from + PAYLOAD)));
        }
    }

    private void send(int payloadType, byte[] payload) {
        ChannelMessage message;
        synchronized (this) {
            while (!closed && (paused || unacknowledged.size() >= BUFFERED)) {
                await();
            }
            if (closed) {
                return;
            }
            message = ChannelMessage.of(
                    ChannelMessage.OUTPUT, nextSequence, nextSequence == 0 ? 1 : 0, payloadType, payload);
            unacknowledged.put(nextSequence++, new Sent(message));
        }
        service.accept(message);
    }

    private void resend() {
        while (true) {
            Sent late = null;
            synchronized (this) {
                await(RESEND_INTERVAL.toMillis());
                if (closed) {
                    return;
                }
                Map.Entry<Long, Sent> oldest = paused ? null : unacknowledged.firstEntry();
                double timeout = Math.min(LONGEST_TIMEOUT_NANOS, meanNanos + Math.max(10e6, 4 * deviationNanos));
                if (oldest != null && System.nanoTime() - oldest.getValue().atNanos > timeout) {
                    late = oldest.getValue();
                    late.atNanos = System.nanoTime();
                }
            }
            if (late != null) {
                service.accept(late.message);
            }
        }
    }

    private void await() {
        await(0);
    }

    private synchronized void await(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        mux.close();
    }

    private static byte[] flag(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static JsonNode parse(byte[] payload) {
        try {
            return JSON.readTree(payload);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
