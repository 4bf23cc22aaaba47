package dev.sallyport.sandbox.otlp;

import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A collector that takes traces at {@code POST /v1/traces} and keeps them: OTLP over HTTP with protobuf, compressed or not (<a
 * href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>, {@code opentelemetry/proto/trace/v1/trace.proto}).
 */
public final class OtlpReceiver implements AutoCloseable {

    private final LoopbackServer server;
    private final List<Span> spans = new ArrayList<>();

    /**
     * A span that came.
     *
     * @param service {@code service.name} of its resource
     * @param parentId empty when it has none
     * @param links the traces that it is linked to
     */
    public record Span(
            String service,
            String traceId,
            String id,
            String parentId,
            String name,
            Map<String, String> attributes,
            List<String> events,
            List<String> links) {}

    /** @param port 0 for a free one */
    public OtlpReceiver(int port) {
        server = new LoopbackServer(port, this::handle);
    }

    /** What an exporter is told of as its endpoint. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.port();
    }

    /** All that came so far. */
    public synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    private Reply handle(Request request) throws IOException {
        if (!request.method().equals("POST") || !request.path().equals("/v1/traces")) {
            return Reply.of(404, "text/plain", "traces are taken at POST /v1/traces\n");
        }
        if (!request.header("Content-Type").startsWith("application/x-protobuf")) {
            return Reply.of(415, "text/plain", "only application/x-protobuf is taken\n");
        }
        keep(new Message(
                request.header("Content-Encoding").equals("gzip") ? unpacked(request.body()) : request.body()));
        return Reply.of(200, "application/x-protobuf", "");
    }

    private static byte[] unpacked(byte[] body) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readNBytes(LoopbackServer.MAX_BODY_BYTES);
        }
    }

    private synchronized void keep(Message request) {
        for (Message resource : request.messages(1)) {
            String service = resource.messages(1).stream()
                    .map(one -> attributes(one.messages(1)).getOrDefault("service.name", ""))
                    .findFirst()
                    .orElse("");
            for (Message scope : resource.messages(2)) {
                scope.messages(2).forEach(span -> spans.add(span(service, span)));
            }
        }
    }

    private static Span span(String service, Message span) {
        return new Span(
                service,
                hex(span.bytes(1)),
                hex(span.bytes(2)),
                hex(span.bytes(4)),
                span.text(5),
                attributes(span.messages(9)),
                span.messages(11).stream().map(event -> event.text(2)).toList(),
                span.messages(13).stream().map(link -> hex(link.bytes(1))).toList());
    }

    private static Map<String, String> attributes(List<Message> pairs) {
        Map<String, String> attributes = new HashMap<>();
        for (Message pair : pairs) {
            pair.messages(2).forEach(value -> attributes.put(pair.text(1), value.anyValue()));
        }
        return attributes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        server.close();
    }

    /** The fields of a message of protobuf by their numbers, as they came. */
    private static final class Message {

        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int BYTES = 2;
        private static final int FIXED32 = 5;

        private final Map<Integer, List<byte[]>> byNumber = new HashMap<>();
        private final Map<Integer, Long> numbers = new HashMap<>();
        private final byte[] in;
        private int at;

        Message(byte[] in) {
            this.in = in;
            while (at < in.length) {
                long tag = varint();
                int number = (int) (tag >>> 3);
                switch ((int) (tag & 7)) {
                    case VARINT -> numbers.put(number, varint());
                    case FIXED64 -> take(8);
                    case BYTES ->
                        byNumber.computeIfAbsent(number, _ -> new ArrayList<>()).add(take((int) varint()));
                    case FIXED32 -> take(4);
                    default -> throw new IllegalArgumentException("no protobuf");
                }
            }
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                byte next = take(1)[0];
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number without an end");
        }

        private byte[] take(int length) {
            if (length < 0 || length > in.length - at) {
                throw new IllegalArgumentException("it ends too soon");
            }
            at += length;
            return Arrays.copyOfRange(in, at - length, at);
        }

        List<Message> messages(int number) {
            return byNumber.getOrDefault(number, List.of()).stream()
                    .map(Message::new)
                    .toList();
        }

        byte[] bytes(int number) {
            List<byte[]> all = byNumber.getOrDefault(number, List.of());
            return all.isEmpty() ? new byte[0] : all.getLast();
        }

        String text(int number) {
            return new String(bytes(number), StandardCharsets.UTF_8);
        }

        /** {@code AnyValue}: a string or a number, which are all that we look at. */
        String anyValue() {
            Long number = numbers.get(3);
            return number == null ? text(1) : number.toString();
        }
    }
}
