package dev.sallyport.sandbox.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtlpReceiverTest {

    private static final String PROTOBUF = "application/x-protobuf";
    /** {@code resource { service.name: s } scope { span { trace_id: 0102, name: x, start: 0, { a: 300 } } }}. */
    private static final byte[] ONE_SPAN = HexFormat.of()
            .parseHex("0a350a150a130a0c736572766963652e6e616d6512030a0173121c121a0a0201022a01784a080a01"
                    + "61120318ac02390000000000000000");

    private final OtlpReceiver receiver = new OtlpReceiver(0);

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void keepsTheSpansThatCome() throws Exception {
        assertThat(post("/v1/traces", PROTOBUF, "identity", ONE_SPAN)).isEqualTo(200);
        assertThat(post("/v1/traces", PROTOBUF, "gzip", packed(ONE_SPAN))).isEqualTo(200);

        OtlpReceiver.Span span =
                new OtlpReceiver.Span("s", "0102", "", "", "x", Map.of("a", "300"), List.of(), List.of());
        assertThat(receiver.spans()).containsExactly(span, span);
    }

    @Test
    void refusesWhatIsNoTrace() throws Exception {
        assertThat(post("/v1/metrics", PROTOBUF, "identity", ONE_SPAN)).isEqualTo(404);
        assertThat(post("/v1/traces", "application/json", "identity", "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(415);
        assertThat(post("/v1/traces", PROTOBUF, "identity", new byte[] {0x0a, 0x05, 0x01}))
                .isEqualTo(400);
        assertThat(post("/v1/traces", PROTOBUF, "identity", new byte[] {(byte) 0xff}))
                .isEqualTo(400);
        assertThat(receiver.spans()).isEmpty();
    }

    private static byte[] packed(byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packing = new GZIPOutputStream(out)) {
            packing.write(body);
        }
        return out.toByteArray();
    }

    private int post(String path, String type, String encoding, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(receiver.endpoint() + path))
                .header("Content-Type", type)
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        }
    }
}
