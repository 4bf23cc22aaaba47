package dev.sallyport.sandbox.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.sandbox.process.CannotStart;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A small HTTP server on 127.0.0.1; each request has a virtual thread. */
public final class LoopbackServer implements AutoCloseable {

    /** The largest body that a stand-in reads. */
    public static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param port 0 for a free one */
    public LoopbackServer(int port, Handler handler) {
        this(port, Optional.empty(), handler);
    }

    /**
     * @param port 0 for a free one
     * @param tls plain HTTP when empty
     */
    public LoopbackServer(int port, Optional<SSLContext> tls, Handler handler) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
            server = tls.isPresent() ? encrypted(address, tls.get()) : HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new CannotStart("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
        server.createContext("/", exchange -> serve(handler, exchange));
        server.setExecutor(threads);
        server.start();
    }

    private static HttpServer encrypted(InetSocketAddress address, SSLContext tls) throws IOException {
        HttpsServer encrypted = HttpsServer.create(address, 0);
        encrypted.setHttpsConfigurator(new HttpsConfigurator(tls));
        return encrypted;
    }

    /** Answers one request. */
    @FunctionalInterface
    public interface Handler {
        Reply handle(Request request) throws IOException;
    }

    /** A request as it came. */
    public record Request(String method, String path, Map<String, String> query, HttpExchange exchange, byte[] body) {

        /** The first value of a header; empty when it is missing. */
        public String header(String name) {
            String value = exchange.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The body as {@code application/x-www-form-urlencoded}. */
        public Map<String, String> form() {
            return fields(text());
        }
    }

    /** An answer. */
    public record Reply(int status, Map<String, String> headers, byte[] body) {

        public static Reply of(int status, String contentType, String body) {
            return new Reply(status, Map.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
        }

        public static Reply json(int status, String body) {
            return of(status, "application/json", body);
        }

        public static Reply redirect(String location) {
            return new Reply(302, Map.of("Location", location), new byte[0]);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Decodes {@code a=b&c=d}; of a repeated name the last counts. */
    public static Map<String, String> fields(String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : encoded.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            } else if (!pair.isEmpty()) {
                fields.put(decode(pair), "");
            }
        }
        return fields;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void serve(Handler handler, HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = reply(handler, exchange);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            if (reply.body().length > 0) {
                exchange.getResponseBody().write(reply.body());
            }
        }
    }

    private static Reply reply(Handler handler, HttpExchange exchange) throws IOException {
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(MAX_BODY_BYTES + 1);
        }
        if (body.length > MAX_BODY_BYTES) {
            return Reply.of(413, "text/plain", "too large\n");
        }
        String query = exchange.getRequestURI().getRawQuery();
        try {
            return handler.handle(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    query == null ? Map.of() : fields(query),
                    exchange,
                    body));
        } catch (IllegalArgumentException malformed) {
            return Reply.of(400, "text/plain", "bad request: " + malformed.getMessage() + "\n");
        }
    }
}
