package dev.sallyport.sandbox.aws.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.process.CannotStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tasks that there are, the sessions with them, and the address of their data channels. Safe for many threads. */
public final class SessionManager implements AutoCloseable {

    private static final Pattern PATH = Pattern.compile("/v1/data-channel/([^/?]+)\\?role=publish_subscribe");
    private static final Set<String> OPENING =
            Set.of("MessageSchemaVersion", "RequestId", "TokenValue", "ClientId", "ClientVersion");
    private static final int OPENING_LIMIT_MILLIS = 10_000;
    private static final int MOST_SESSIONS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerSocket listening;
    private final ChannelFaults faults = new ChannelFaults();
    private final Map<String, EcsTask> tasks = new LinkedHashMap<>();
    private final Map<String, ManagedSession> sessions = new LinkedHashMap<>();

    /** On a free port of 127.0.0.1. */
    public SessionManager() {
        try {
            listening = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new CannotStart("cannot listen for data channels: " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("data-channels").start(this::accept);
    }

    /** What a client needs to open a session's data channel. */
    public record Door(String sessionId, String streamUrl, Secret token) {}

    public ChannelFaults faults() {
        return faults;
    }

    public synchronized void addTask(EcsTask task) {
        tasks.put(task.target(), task);
    }

    /** A task ends, and its sessions with it. */
    public void stopTask(String taskId) {
        List<ManagedSession> ended;
        synchronized (this) {
            tasks.values().removeIf(task -> task.taskId().equals(taskId));
            ended = sessions.values().stream()
                    .filter(session -> session.task().taskId().equals(taskId))
                    .toList();
        }
        ended.forEach(session -> session.end("the target is not connected any more"));
    }

    public synchronized List<EcsTask> tasks() {
        return List.copyOf(tasks.values());
    }

    /** A running task, as Session Manager names it. */
    public synchronized Optional<EcsTask> task(String accountId, String region, String target) {
        return Optional.ofNullable(tasks.get(target))
                .filter(task ->
                        task.accountId().equals(accountId) && task.region().equals(region));
    }

    /** All sessions, the ended ones too; the newest last. */
    public synchronized List<ManagedSession> sessions() {
        return List.copyOf(sessions.values());
    }

    public synchronized Optional<ManagedSession> session(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /**
     * Starts a session.
     *
     * @param name what its id begins with
     */
    public synchronized Door start(String name, String owner, EcsTask task, String document, int portNumber) {
        String id = name + "-0" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        ManagedSession session = new ManagedSession(id, owner, task, document, portNumber, faults);
        sessions.put(id, session);
        if (sessions.size() > MOST_SESSIONS) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        return door(session);
    }

    /** A door for the next WebSocket of a session; its token is empty when the session has timed out. */
    public Door door(ManagedSession session) {
        boolean open = faults.resumable() || session.attached() == 0;
        return new Door(
                session.id(),
                "ws://127.0.0.1:" + listening.getLocalPort() + "/v1/data-channel/" + session.id()
                        + "?role=publish_subscribe",
                open ? session.freshToken() : Secret.of(""));
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            // It is closed.
        }
        sessions().forEach(session -> session.end(""));
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().name("data-channel").start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or one that was gone before it was here.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(OPENING_LIMIT_MILLIS);
            WebSocketConnection connection = new WebSocketConnection(socket);
            Matcher path = PATH.matcher(connection.path());
            Optional<ManagedSession> session = path.matches() ? session(path.group(1)) : Optional.empty();
            WebSocketConnection.Message opening = connection.read();
            Optional<String> token = token(opening);
            if (session.isEmpty() || token.isEmpty()) {
                connection.close(1008, "not a data channel");
                return;
            }
            socket.setSoTimeout(0);
            session.get().serve(connection, token.get());
        } catch (IOException e) {
            // It is gone.
        }
    }

    /** Of an opening message that has all that it must have ({@code service/service.go}). */
    private static Optional<String> token(WebSocketConnection.Message opening) throws IOException {
        if (opening.opcode() != WebSocketConnection.TEXT) {
            return Optional.empty();
        }
        JsonNode content = JSON.readTree(opening.bytes());
        Set<String> names = new TreeSet<>();
        content.fieldNames().forEachRemaining(names::add);
        boolean whole = names.containsAll(OPENING)
                && content.path("MessageSchemaVersion").asText().equals("1.0")
                && content.path("RequestId").asText().length() >= 16;
        return whole ? Optional.of(content.path("TokenValue").asText()) : Optional.empty();
    }
}
