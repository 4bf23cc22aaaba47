package dev.sallyport.cli.dbroles;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.cli.Sally;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The API as a script: each call gets its next answer, the last one again and again; what is not written is refused. */
public final class PlayedApi implements AutoCloseable {

    private static final int LOST = 0;

    private final HttpServer server;
    private final Path token;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();

    private record Answer(int status, String body) {}

    /** What a command left behind. */
    public record Ran(int exitCode, String out, String err) {}

    public PlayedApi(Path folder) throws IOException {
        token = Files.writeString(folder.resolve("token"), "a-token\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** @param call for instance {@code GET /api/agents?limit=200} */
    public PlayedApi on(String call, int status, String body) {
        answers.computeIfAbsent(call, unknown -> new ArrayDeque<>()).add(new Answer(status, body.replace('\'', '"')));
        return this;
    }

    /** The next answer to this call does not come: it was done, and then the connection ends. */
    PlayedApi losing(String call) {
        answers.computeIfAbsent(call, unknown -> new ArrayDeque<>()).add(new Answer(LOST, ""));
        return this;
    }

    /** The Idempotency-Keys of the calls that had one. */
    List<String> keys() {
        return List.copyOf(keys);
    }

    /** What was called: method, path and body. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Runs a command line against this API. */
    public Ran run(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of(
                "--api-url", "http://localhost:" + server.getAddress().getPort(), "--token-file", token.toString()));
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int exitCode = Sally.run(line.toArray(String[]::new));
            return new Ran(
                    exitCode, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean known = "Bearer a-token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            calls.add((call + " " + body).strip());
            keys.addAll(exchange.getRequestHeaders().getOrDefault("Idempotency-Key", List.of()));
            Answer answer = known ? next(call) : new Answer(401, "{\"code\": \"unauthenticated\"}");
            if (answer.status() == LOST) {
                return;
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer next(String call) {
        Deque<Answer> left = answers.getOrDefault(call, new ArrayDeque<>());
        if (left.isEmpty()) {
            return new Answer(
                    404, "{\"code\": \"not_found\", \"message\": \"nobody wrote an answer to " + call + "\"}");
        }
        return left.size() == 1 ? left.getFirst() : left.removeFirst();
    }
}
