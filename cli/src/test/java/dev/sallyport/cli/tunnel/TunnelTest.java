package dev.sallyport.cli.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.cli.http.Api;
import dev.sallyport.kernel.Secret;
import dev.sallyport.tunnel.handshake.RefusalCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's end against a proxy and an api that are played. */
@Timeout(60)
class TunnelTest {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile int status = 201;
    private volatile String problem = "";
    private volatile Duration grantLeft = Duration.ofHours(1);
    private HttpServer api;
    private PlayedProxy proxy;
    private final TunnelListener listener = new TunnelListener() {
        @Override
        public void connected(Ticket ticket) {
            heard.add("connected");
        }

        @Override
        public void reconnecting(String why, Duration pause) {
            heard.add("reconnecting");
        }

        @Override
        public void ended(TunnelEnd end) {
            heard.add("ended " + end.reason());
        }
    };

    @BeforeEach
    void start() throws IOException {
        proxy = new PlayedProxy();
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/api/access/grants/gra_1/tunnel", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = (status == 201 ? ticket() : problem()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
    }

    @AfterEach
    void stop() throws IOException {
        api.stop(0);
        proxy.stop();
    }

    private String ticket() {
        return """
                {"grant_id": "gra_1", "tunnel_id": "tun_1", "token": "t-%d", "token_expires_at": "2026-01-01T00:00:00Z",
                 "grant_expires_at": "%s", "proxy_id": "default", "transport": "direct",
                 "address": {"host": "localhost", "port": 1}, "ca_file": null, "ssm": null, "engine": "postgres",
                 "database": "shop", "database_user": "hoop_ro", "default_local_port": null}""".formatted(asked.size(), Instant.now().plus(grantLeft));
    }

    private String problem() {
        return "{\"code\": \"" + problem + "\", \"message\": \"as the test wants\"}";
    }

    private Tunnel open() {
        return open(0);
    }

    private Tunnel open(int port) {
        Tickets tickets = new Tickets(
                new Api(URI.create("http://127.0.0.1:" + api.getAddress().getPort()), Secret.of("token")), "gra_1");
        return Tunnel.open(tickets, _ -> proxy, port, listener);
    }

    private static String echo(int port, String text) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void eventually(Callable<Boolean> so) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!so.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void passesManyConnectionsOnAtOnceWhole() throws Exception {
        try (Tunnel tunnel = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> clients = IntStream.range(0, 20)
                    .mapToObj(number -> threads.submit(() -> comesBack(tunnel.port(), number, 3_000_000)))
                    .toList();
            for (Future<Boolean> client : clients) {
                assertThat(client.get()).isTrue();
            }
            assertThat(proxy.hellos).singleElement().satisfies(hello -> {
                assertThat(hello.grantId()).isEqualTo("gra_1");
                assertThat(hello.token()).isEqualTo("t-1");
            });
        }
        assertThat(heard).containsExactly("connected", "ended CLOSED");
    }

    private static boolean comesBack(int port, int seed, int length) throws IOException {
        byte[] sent = new byte[length];
        for (int i = 0; i < length; i++) {
            sent[i] = (byte) (i * 31 + seed);
        }
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(30_000);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                } catch (IOException e) {
                    // The reader sees it.
                }
            });
            byte[] came = client.getInputStream().readAllBytes();
            writer.interrupt();
            return Arrays.equals(sent, came);
        }
    }

    @Test
    void opensAgainWithANewTicketOfTheSameTunnelWhenItsConnectionIsLost() throws Exception {
        try (Tunnel tunnel = open()) {
            assertThat(echo(tunnel.port(), "one")).isEqualTo("one");
            proxy.connections.getFirst().socket.close();
            eventually(() -> proxy.connections.size() == 2);

            assertThat(echo(tunnel.port(), "two")).isEqualTo("two");
            assertThat(asked).containsExactly("{\"tunnel_id\":null}", "{\"tunnel_id\":\"tun_1\"}");
            assertThat(proxy.hellos.getLast().token()).isEqualTo("t-2");
            assertThat(heard).startsWith("connected", "reconnecting", "connected");
        }
    }

    @Test
    void keepsOldConnectionsWhereTheyAreWhenTheProxyGoesAway() throws Exception {
        try (Tunnel tunnel = open();
                Socket old = new Socket(InetAddress.getLoopbackAddress(), tunnel.port())) {
            old.getOutputStream().write('a');
            assertThat(old.getInputStream().read()).isEqualTo('a');
            proxy.connections.getFirst().goAway();
            eventually(() -> proxy.connections.size() == 2);

            assertThat(echo(tunnel.port(), "new")).isEqualTo("new");
            old.getOutputStream().write('b');
            assertThat(old.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void endsWithItsGrantAndFreesThePort() throws Exception {
        try (Tunnel tunnel = open()) {
            status = 409;
            problem = "grant_not_active";
            proxy.connections.getFirst().socket.close();

            TunnelEnd end = tunnel.end().get(20, TimeUnit.SECONDS);
            assertThat(end)
                    .isEqualTo(new TunnelEnd(TunnelEnd.Reason.GRANT_ENDED, "grant_not_active", "as the test wants"));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> echo(tunnel.port(), "late"));
            assertThat(heard).doesNotContain("reconnecting");
        }
        assertThat(heard).endsWith("ended GRANT_ENDED").doesNotContain("ended CLOSED");
    }

    @Test
    void ridesOutAnApiThatIsAwayButNotBeyondTheGrant() throws Exception {
        grantLeft = Duration.ofSeconds(4);
        try (Tunnel tunnel = open()) {
            status = 503;
            problem = "no_proxy_online";
            proxy.connections.getFirst().socket.close();
            eventually(() -> asked.size() >= 3);
            status = 201;
            eventually(() -> proxy.connections.size() == 2);
            assertThat(echo(tunnel.port(), "again")).isEqualTo("again");

            status = 503;
            proxy.connections.getLast().socket.close();
            assertThat(tunnel.end().get(20, TimeUnit.SECONDS).reason()).isEqualTo(TunnelEnd.Reason.GRANT_ENDED);
        }
    }

    @Test
    void saysWhyItCannotBeOpenedAndLeavesNothingBehind() throws Exception {
        proxy.refusal = Optional.of(RefusalCode.NO_OUTPUT);
        assertThatExceptionOfType(TunnelException.class).isThrownBy(this::open).satisfies(e -> {
            assertThat(e.code()).isEqualTo("refused_1201");
            assertThat(e).hasMessage("the db-proxy opens no tunnel: as the test wants");
        });
        status = 404;
        problem = "not_found";
        assertThatExceptionOfType(TunnelException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.code()).isEqualTo("not_found"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatExceptionOfType(TunnelException.class)
                    .isThrownBy(() -> open(taken.getLocalPort()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("port_taken"));
        }
    }
}
