package dev.sallyport.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.aws.AwsSecrets;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.TunnelId;
import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.connection.ConnectionMeter;
import dev.sallyport.proxy.connection.Limits;
import dev.sallyport.proxy.connection.LineProtocol;
import dev.sallyport.proxy.connection.Listener;
import dev.sallyport.proxy.connection.Node;
import dev.sallyport.proxy.connection.OtherNodes;
import dev.sallyport.proxy.connection.Transport;
import dev.sallyport.proxy.grants.GrantDirectory;
import dev.sallyport.proxy.grants.GrantFeed;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.JournalSettings;
import dev.sallyport.proxy.shipping.Shipper;
import dev.sallyport.proxy.targets.Passwords;
import dev.sallyport.proxy.targets.SecretReader;
import dev.sallyport.proxy.targets.TargetConnector;
import dev.sallyport.proxy.targets.TargetTls;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import dev.sallyport.tunnel.handshake.ServerPacket;
import dev.sallyport.tunnel.yamux.YamuxLimits;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels to a node with real sockets and a real broker; in them a protocol of one line per statement. */
class TunnelIT {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    static Path shared;

    private static KafkaBroker broker;
    private static KafkaProducer<String, String> producer;
    private static ServerCertificate certificate;

    @TempDir
    Path folder;

    private final SignedTokens api = new SignedTokens();
    private ServerSocket database;
    private Transport transport;
    private Journal journal;
    private Shipper shipper;
    private GrantFeed feed;
    private Node node;
    private Tunnels tunnels;
    private Listener listener;

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.in(shared.resolve("kafka")).start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer());
        certificate = LocalAuthority.in(shared.resolve("tls")).issue("proxy", "localhost");
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        database = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serveDatabase);
        tell(grant());
        start(new TunnelLimits(4, 3, 3, Duration.ofSeconds(20)));
    }

    private void start(TunnelLimits limits) throws Exception {
        transport = new Transport(2);
        journal = Journal.open(new JournalSettings(folder, 1 << 20, 16));
        shipper = Shipper.start(journal, folder, broker.bootstrapServers(), CLOCK.instant());
        GrantDirectory grants = new GrantDirectory(CLOCK, Duration.ofSeconds(2));
        feed = new GrantFeed(grants, broker.bootstrapServers());
        feed.start();
        SslContext tls = SslContextBuilder.forServer(
                        certificate.certificate().toFile(), certificate.key().toFile())
                .build();
        node = new Node(new Node.Parts(
                AgentId.next(CLOCK),
                CLOCK,
                new Limits(Duration.ofSeconds(4), 8, 3, 10, 6, Duration.ZERO),
                grants,
                journal,
                () -> false,
                new Passwords(
                        new SecretReader(
                                () -> {
                                    throw new IllegalStateException("no store");
                                },
                                new AwsSecrets(() -> {
                                    throw new IllegalStateException("no AWS");
                                })),
                        Duration.ZERO),
                new TargetConnector(transport, Duration.ofSeconds(2)),
                TargetTls.trusting(certificate.authority()),
                tls,
                true,
                true,
                AuditMeter.NONE,
                ConnectionMeter.NONE,
                AuditMode.BOUNDED,
                Duration.ofMinutes(5),
                OtherNodes.NONE,
                null));
        await().atMost(Duration.ofSeconds(20)).until(grants::caughtUp);
        tunnels = new Tunnels(new Tunnels.Parts(
                node,
                grants,
                new TunnelTokens(api.pair.getPublic(), SignedTokens.PROXY, CLOCK),
                List.of(new LineProtocol()),
                limits,
                TunnelMeter.NONE,
                "test"));
        listener = Listener.bind(transport, "tunnel", tunnels.door(Optional.empty()), "127.0.0.1", 0);
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        node.drain(Duration.ZERO);
        tunnels.end(SECOND);
        feed.close();
        transport.close();
        shipper.close();
        journal.close();
        database.close();
    }

    @Test
    void aTunnelCarriesConnectionsThatAreRecordedAsItsOwn() throws IOException {
        GrantState grant = tell(grant());
        TunnelId tunnel = TunnelId.next(CLOCK);
        try (TunnelClient client = new TunnelClient(listener.port())) {
            assertThat(client.hello()).isInstanceOfSatisfying(ServerPacket.Hello.class, hello -> {
                assertThat(hello.capabilities()).isEqualTo(ServerPacket.MYSQL | ServerPacket.POSTGRES);
                assertThat(hello.method()).isEqualTo("cf_auth_token");
            });
            assertThat(client.introduce(
                            api.sign(grant, tunnel, CLOCK.instant()),
                            grant.grantId().value()))
                    .isEqualTo(new ServerPacket.Accepted());
            TunnelClient.Stream one = client.stream();
            TunnelClient.Stream other = client.stream();
            assertThat(one.ask(grant.login())).isEqualTo("welcome");
            assertThat(other.ask(grant.login())).isEqualTo("welcome");
            assertThat(one.ask("select 1")).isEqualTo("done: select 1");
            assertThat(other.ask("select 2")).isEqualTo("done: select 2");
            assertThat(tunnels.open()).isEqualTo(1);
            assertThat(tunnels.streams()).isEqualTo(2);
            one.yamux().finish();
            assertThat(client.await(() -> one.finished, Duration.ofSeconds(5))).isTrue();
            assertThat(other.ask("select 3")).isEqualTo("done: select 3");
        }

        List<SessionOpened> opened = sessions(grant, 2);
        assertThat(opened).allSatisfy(session -> assertThat(session.tunnelId()).isEqualTo(tunnel));
        await().until(() -> node.connections() == 0 && tunnels.open() == 0);
    }

    /** The disk is waited for in the middle of a batch of reads, and the client is not read meanwhile. */
    @Test
    void carriesStatementsWhoseRecordHasToBeOnTheDiskFirst() throws IOException {
        GrantState grant = tell(with(grant(), AuditMode.STRICT));
        try (TunnelClient client = open(grant)) {
            TunnelClient.Stream stream = client.stream();
            assertThat(stream.ask(grant.login())).isEqualTo("welcome");
            for (int i = 0; i < 50; i++) {
                assertThat(stream.ask("select " + i)).isEqualTo("done: select " + i);
            }
        }
    }

    @Test
    void saysWhyATunnelIsNotOpened() throws IOException {
        GrantState grant = tell(grant());
        GrantState other = tell(grant());
        GrantState unknown = grant();
        TunnelId tunnel = TunnelId.next(CLOCK);
        Instant now = CLOCK.instant();

        refused(1300, "rubbish", grant.grantId());
        refused(1300, new SignedTokens().sign(grant, tunnel, now), grant.grantId());
        refused(1300, api.sign(grant, tunnel, now), other.grantId());
        refused(1300, api.sign(grant, tunnel, now, claims -> claims.setSubject("somebody-else")), grant.grantId());
        refused(1200, api.sign(unknown, tunnel, now), unknown.grantId());
        GrantState mysql = tell(with(grant(), Engine.MYSQL));
        refused(1201, api.sign(mysql, tunnel, now), mysql.grantId());
        assertThat(tunnels.open()).isZero();
        await().until(() -> node.atTheDoor() == 0);
    }

    private void refused(int code, String token, GrantId grant) throws IOException {
        try (TunnelClient client = new TunnelClient(listener.port())) {
            client.hello();
            assertThat(client.introduce(token, grant.value()))
                    .isInstanceOfSatisfying(ServerPacket.Refused.class, refused -> {
                        assertThat(refused.code()).isEqualTo(code);
                        assertThat(refused.message()).isNotBlank().doesNotContain(token);
                    });
            assertThat(client.await(() -> client.closed, Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void aClosedGrantEndsItsTunnelAndAllInItWithinASecondInItsOwnWords() throws IOException {
        GrantState grant = tell(grant());
        try (TunnelClient client = open(grant)) {
            TunnelClient.Stream stream = client.stream();
            assertThat(stream.ask(grant.login())).isEqualTo("welcome");

            long began = System.nanoTime();
            producer.send(
                    new ProducerRecord<>(Topics.GRANTS_STATE, grant.grantId().value(), null));
            producer.flush();
            assertThat(stream.read()).isEqualTo("terminating connection because the grant was closed");
            assertThat(client.await(() -> client.closed, Duration.ofSeconds(2))).isTrue();

            assertThat(client.goingAway).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1500));
        }
        refused(1200, api.sign(grant, TunnelId.next(CLOCK), CLOCK.instant()), grant.grantId());
    }

    @Test
    void whoSaysNothingIsRefusedInTimeAndWhoComesTooOftenIsTurnedAway() throws IOException {
        try (TunnelClient one = new TunnelClient(listener.port());
                TunnelClient two = new TunnelClient(listener.port());
                TunnelClient three = new TunnelClient(listener.port())) {
            one.hello();
            two.hello();
            three.hello();
            try (Socket fourth = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                assertThat(fourth.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(one.await(() -> one.closed, Duration.ofSeconds(15))).isTrue();
        }
        await().until(() -> node.atTheDoor() == 0);
    }

    @Test
    void whatIsNoHandshakeIsRefused() throws IOException {
        try (Socket browser = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            browser.setSoTimeout(5_000);
            browser.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] all = browser.getInputStream().readAllBytes();
            assertThat(new String(all, StandardCharsets.UTF_8)).contains("this is not how a tunnel is opened");
        }
    }

    @Test
    void boundsTunnelsPerPersonAndStreamsPerTunnel() throws IOException {
        GrantState grant = tell(grant());
        try (TunnelClient one = open(grant);
                TunnelClient two = open(grant);
                TunnelClient three = open(grant)) {
            refused(1000, api.sign(grant, TunnelId.next(CLOCK), CLOCK.instant()), grant.grantId());

            for (int i = 0; i < 3; i++) {
                assertThat(one.stream().ask(grant.login())).isEqualTo("welcome");
            }
            TunnelClient.Stream fourth = one.stream();
            assertThat(one.await(() -> fourth.reset, Duration.ofSeconds(5))).isTrue();
            assertThat(two.stream().ask(grant.login())).isEqualTo("welcome");
            three.close();
            await().until(() -> tunnels.open() == 2);
            open(grant).close();
        }
    }

    @Test
    void aClientThatTakesNothingHoldsUpNoOtherStreamAndIsNotBufferedFor() throws IOException {
        GrantState grant = tell(grant());
        try (TunnelClient client = open(grant)) {
            TunnelClient.Stream slow = client.stream();
            TunnelClient.Stream quick = client.stream();
            assertThat(slow.ask(grant.login())).isEqualTo("welcome");
            assertThat(quick.ask(grant.login())).isEqualTo("welcome");
            slow.taking = false;
            slow.say("flood 16000000");

            assertThat(client.await(() -> slow.bytes >= 200 * 1024, Duration.ofSeconds(10)))
                    .isTrue();
            for (int i = 0; i < 20; i++) {
                assertThat(quick.ask("select " + i)).isEqualTo("done: select " + i);
            }
            assertThat(slow.bytes).isLessThanOrEqualTo(256 * 1024 + 100);

            slow.taking = true;
            slow.yamux().consumed((int) slow.bytes);
            assertThat(client.await(() -> slow.bytes >= 16_000_000, Duration.ofMinutes(3)))
                    .isTrue();
        }
    }

    /** Nothing but the window holds up a stream: all that it has room for comes, each time, without another word from us. */
    @Test
    void eachWindowIsFilledWhole() throws IOException {
        GrantState grant = tell(grant());
        try (TunnelClient client = open(grant)) {
            TunnelClient.Stream stream = client.stream();
            assertThat(stream.ask(grant.login())).isEqualTo("welcome");
            stream.taking = false;
            stream.say("flood 16000000");

            int window = YamuxLimits.INITIAL_WINDOW_BYTES;
            int sent = window;
            for (int i = 0; i < 30; i++) {
                long expected = sent;
                assertThat(client.await(() -> stream.bytes >= expected, Duration.ofSeconds(30)))
                        .as("window %d: %d of %d bytes came", i, stream.bytes, expected)
                        .isTrue();
                stream.yamux().consumed(window);
                sent += window;
            }
        }
    }

    @Test
    void whoBreaksYamuxIsToldAndCutOff() throws IOException {
        GrantState grant = tell(grant());
        try (TunnelClient client = open(grant)) {
            client.send(Unpooled.wrappedBuffer(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}));
            assertThat(client.await(() -> client.closed, Duration.ofSeconds(5))).isTrue();
            assertThat(client.goingAway).isTrue();
        }
        await().until(() -> tunnels.open() == 0);
    }

    @Test
    void aDrainLetsWorkInFlightEndAndThenClosesTheTunnel() throws Exception {
        GrantState grant = tell(grant());
        try (TunnelClient client = open(grant)) {
            TunnelClient.Stream stream = client.stream();
            assertThat(stream.ask(grant.login())).isEqualTo("welcome");
            stream.say("slowly select 1");
            client.await(() -> false, Duration.ofMillis(200));

            Thread drain = Thread.ofVirtual().start(() -> {
                try {
                    tunnels.goAway();
                    node.drain(Duration.ofSeconds(5));
                    tunnels.end(SECOND);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(stream.read()).isEqualTo("done: slowly select 1");
            assertThat(stream.read()).startsWith("terminating connection because this proxy is stopping");
            assertThat(client.await(() -> client.closed, Duration.ofSeconds(5))).isTrue();
            drain.join(Duration.ofSeconds(10));
            assertThat(tunnels.open()).isZero();
        }
    }

    @Test
    void aTunnelThatGivesNoSignOfLifeIsClosed() throws Exception {
        stop();
        database = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(new TunnelLimits(4, 3, 3, Duration.ofMillis(300)));
        GrantState grant = tell(grant());
        try (TunnelClient client = open(grant)) {
            // It reads nothing now, so it answers no ping.
            await().atMost(Duration.ofSeconds(5)).until(() -> tunnels.open() == 0);
            assertThat(client.await(() -> client.closed, Duration.ofSeconds(5))).isTrue();
        }
    }

    private TunnelClient open(GrantState grant) throws IOException {
        TunnelClient client = new TunnelClient(listener.port());
        client.hello();
        assertThat(client.introduce(
                        api.sign(grant, TunnelId.next(CLOCK), CLOCK.instant()),
                        grant.grantId().value()))
                .isEqualTo(new ServerPacket.Accepted());
        return client;
    }

    private GrantState grant() {
        Instant now = CLOCK.instant();
        GrantId id = GrantId.next(CLOCK);
        return new GrantState(
                id,
                RequestId.next(CLOCK),
                new Grantee("person-of-" + id, "ada", ""),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                        Engine.POSTGRES,
                        "127.0.0.1",
                        database.getLocalPort(),
                        "hoop_ro",
                        "hoop_ro",
                        new GrantTarget.SecretRef("database", "dbroles/x", "PASSWORD")),
                id.value(),
                null,
                now,
                now.plus(Duration.ofMinutes(5)));
    }

    private static GrantState with(GrantState grant, Engine engine) {
        return with(grant, engine, null);
    }

    private static GrantState with(GrantState grant, AuditMode mode) {
        return with(grant, grant.target().engine(), mode);
    }

    private static GrantState with(GrantState grant, Engine engine, @Nullable AuditMode mode) {
        GrantTarget of = grant.target();
        return new GrantState(
                grant.grantId(),
                grant.requestId(),
                grant.grantee(),
                new GrantTarget(
                        of.databaseId(), engine, of.host(), of.port(), of.role(), of.databaseUser(), of.secret(), mode),
                grant.login(),
                grant.verifiers(),
                grant.activatedAt(),
                grant.expiresAt());
    }

    private static GrantState tell(GrantState grant) {
        Event<GrantState> event =
                Event.of(EventType.GRANT_STATE, "/sallyport/grant-broker", grant.grantId(), CLOCK.instant(), grant);
        producer.send(new ProducerRecord<>(Topics.GRANTS_STATE, event.subject(), EventJson.write(event)));
        producer.flush();
        return grant;
    }

    private static List<SessionOpened> sessions(GrantState grant, int count) {
        List<SessionOpened> opened = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "test-" + grant.grantId(),
                        "auto.offset.reset",
                        "earliest",
                        "metadata.max.age.ms",
                        "500"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.EVENTS));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (record.value().contains(grant.grantId().value())
                            && EventJson.read(record.value()).data() instanceof SessionOpened session) {
                        opened.add(session);
                    }
                });
                return opened.size() >= count;
            });
        }
        return opened;
    }

    private void serveDatabase() {
        ServerSocket listening = database;
        while (!listening.isClosed()) {
            try {
                Socket accepted = listening.accept();
                Thread.ofVirtual().start(() -> answer(accepted));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("flood ")) {
                    socket.getOutputStream().write(new byte[Integer.parseInt(line.substring(6))]);
                    socket.getOutputStream().write('\n');
                } else if (line.startsWith("slowly ")) {
                    Thread.sleep(700);
                    socket.getOutputStream().write(("done: " + line + "\n").getBytes(StandardCharsets.UTF_8));
                } else {
                    socket.getOutputStream().write(("done: " + line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException | InterruptedException e) {
            // The proxy closed.
        }
    }
}
