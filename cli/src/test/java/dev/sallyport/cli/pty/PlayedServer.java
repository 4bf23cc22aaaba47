package dev.sallyport.cli.pty;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An API that answers each call as it was told last, and notes what was called with which token. */
final class PlayedServer implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();

    PlayedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param call for instance {@code GET /api/whoami} */
    PlayedServer on(String call, String body) {
        answers.put(call, body.replace('\'', '"'));
        return this;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized List<String> tokens() {
        return List.copyOf(tokens);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            note(
                    (call + " " + sent).strip(),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")));
            Optional<String> answer = Optional.ofNullable(answers.get(call));
            byte[] body = answer.orElse("{\"code\": \"not_found\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.isPresent() ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized void note(String call, Optional<String> token) {
        calls.add(call);
        token.ifPresent(tokens::add);
    }
}
