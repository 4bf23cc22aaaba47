package dev.sallyport.sandbox.aws.session;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A session of Session Manager: between the client's WebSocket, of which there is one at a time, and the agent. What goes wrong on purpose goes wrong
 * here.
 */
public final class ManagedSession {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String id;
    private final String owner;
    private final EcsTask task;
    private final String document;
    private final Instant startedAt = Instant.now();
    private final ChannelFaults faults;
    private final AgentChannel agent;
    private final List<String> rejected = new CopyOnWriteArrayList<>();
    private @Nullable Secret token;
    private @Nullable WebSocketConnection client;
    private @Nullable ChannelMessage heldForClient;
    private @Nullable ChannelMessage heldForAgent;
    private int carried;
    private int attached;
    private @Nullable Instant endedAt;

    ManagedSession(String id, String owner, EcsTask task, String document, int portNumber, ChannelFaults faults) {
        this.id = id;
        this.owner = owner;
        this.task = task;
        this.document = document;
        this.faults = faults;
        this.agent = new AgentChannel(
                task.ports().getOrDefault(portNumber, portNumber),
                Integer.toString(portNumber),
                faults,
                this::toClient,
                this::end);
    }

    public String id() {
        return id;
    }

    /** ARN of who started it. */
    public String owner() {
        return owner;
    }

    public EcsTask task() {
        return task;
    }

    public String document() {
        return document;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Empty while it goes on. */
    public synchronized Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }

    /** How many WebSockets it has had. */
    public synchronized int attached() {
        return attached;
    }

    /** What the client sent that service or agent would not take, for tests. */
    public List<String> rejected() {
        return List.copyOf(rejected);
    }

    /** A token that opens one WebSocket; the one before is worth nothing any more. */
    synchronized Secret freshToken() {
        Secret fresh = Secret.random(64);
        token = fresh;
        return fresh;
    }

    /** Ends it. @param output what the client is told; empty for a user's own wish */
    public void end(String output) {
        WebSocketConnection last;
        synchronized (this) {
            if (endedAt != null) {
                return;
            }
            endedAt = Instant.now();
            last = client;
            client = null;
        }
        agent.close();
        if (last != null) {
            try {
                last.send(WebSocketConnection.BINARY, closed(output).encode());
            } catch (IOException e) {
                // Nobody is there to be told.
            }
            last.close(1000, "");
        }
    }

    private ChannelMessage closed(String output) {
        String content = JSON.createObjectNode()
                .put("MessageId", UUID.randomUUID().toString())
                .put("CreatedDate", Instant.now().toString())
                .put("DestinationId", task.target())
                .put("SessionId", id)
                .put("MessageType", ChannelMessage.CHANNEL_CLOSED)
                .put("SchemaVersion", 1)
                .put("Output", output)
                .toString();
        return ChannelMessage.of(ChannelMessage.CHANNEL_CLOSED, 0, 3, 0, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether this is the token that was given out last; it is good once. */
    private synchronized boolean admits(String given) {
        Secret expected = token;
        token = null;
        return endedAt == null && expected != null && expected.reveal().equals(given);
    }

    /** Carries messages from a WebSocket until it is gone. @param given the token in its first message */
    void serve(WebSocketConnection socket, String given) {
        if (!admits(given)) {
            rejected.add("a token that is not good");
            socket.close(1008, "invalid token");
            return;
        }
        attach(socket);
        try {
            while (true) {
                awaitHearing();
                WebSocketConnection.Message message = socket.read();
                if (message.opcode() != WebSocketConnection.BINARY) {
                    rejected.add("a text message after the first");
                } else {
                    receive(message.bytes());
                }
            }
        } catch (IOException e) {
            detach(socket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attach(WebSocketConnection socket) {
        WebSocketConnection before;
        boolean first;
        synchronized (this) {
            before = client;
            client = socket;
            carried = 0;
            first = attached++ == 0;
        }
        if (before != null) {
            before.close(1001, "another connection");
        }
        if (first) {
            agent.begin();
        } else {
            agent.pause(false);
        }
        tell(socket, ChannelMessage.of(ChannelMessage.START, 0, 3, 0, new byte[0]));
    }

    private void detach(WebSocketConnection socket) {
        socket.close();
        synchronized (this) {
            if (client != socket) {
                return;
            }
            client = null;
        }
        agent.pause(true);
    }

    private void receive(byte[] bytes) throws InterruptedException {
        ChannelMessage message;
        try {
            message = ChannelMessage.decode(bytes);
        } catch (IllegalArgumentException malformed) {
            rejected.add(String.valueOf(malformed.getMessage()));
            return;
        }
        carry();
        ChannelMessage before = heldForAgent;
        heldForAgent = null;
        switch (faults.fate()) {
            case LOST -> {
                // Never arrived.
            }
            case REPEATED -> {
                toAgent(message);
                toAgent(message);
            }
            case HELD -> heldForAgent = message;
            case PASSED -> toAgent(message);
        }
        if (before != null) {
            toAgent(before);
        }
    }

    private void toAgent(ChannelMessage message) throws InterruptedException {
        try {
            agent.received(message);
        } catch (IllegalArgumentException malformed) {
            rejected.add(String.valueOf(malformed.getMessage()));
        }
    }

    private void toClient(ChannelMessage message) {
        WebSocketConnection to;
        ChannelMessage before;
        ChannelFaults.Fate fate = faults.fate();
        synchronized (this) {
            to = client;
            before = heldForClient;
            heldForClient = fate == ChannelFaults.Fate.HELD ? message : null;
        }
        if (to == null || faults.deaf()) {
            return;
        }
        pause();
        if (fate == ChannelFaults.Fate.PASSED || fate == ChannelFaults.Fate.REPEATED) {
            tell(to, message);
        }
        if (fate == ChannelFaults.Fate.REPEATED) {
            tell(to, message);
        }
        if (before != null) {
            tell(to, before);
        }
        carry();
    }

    private void tell(WebSocketConnection to, ChannelMessage message) {
        try {
            to.send(WebSocketConnection.BINARY, message.encode());
        } catch (IOException e) {
            detach(to);
        }
    }

    /** One more message was carried by this socket: perhaps it was one too many. */
    private void carry() {
        WebSocketConnection cut;
        synchronized (this) {
            carried++;
            cut = client != null && faults.takeCut(carried) ? client : null;
        }
        if (cut != null) {
            detach(cut);
        }
    }

    private void awaitHearing() throws InterruptedException {
        while (faults.deaf()) {
            Thread.sleep(20);
        }
    }

    private void pause() {
        try {
            Thread.sleep(faults.delay());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
