package dev.sallyport.proxy.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.aws.AwsSecrets;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.grants.GrantDirectory;
import dev.sallyport.proxy.grants.GrantFeed;
import dev.sallyport.proxy.journal.HeldDisk;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.JournalSettings;
import dev.sallyport.proxy.shipping.Shipper;
import dev.sallyport.proxy.targets.Passwords;
import dev.sallyport.proxy.targets.SecretReader;
import dev.sallyport.proxy.targets.TargetConnector;
import dev.sallyport.proxy.targets.TargetTls;
import dev.sallyport.proxy.tracing.KeptSpans;
import dev.sallyport.proxy.tracing.Tracing;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import io.netty.handler.ssl.SslContextBuilder;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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

/** A node with real sockets and a real broker, and a protocol of one line per statement. */
class NodeIT {

    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    static Path shared;

    private static KafkaBroker broker;
    private static KafkaProducer<String, String> producer;
    private static ServerCertificate certificate;

    @TempDir
    Path folder;

    private ServerSocket database;
    private Transport transport;
    private Journal journal;
    private Shipper shipper;
    private GrantFeed feed;
    private Node node;
    private Listener listener;
    private final AtomicBoolean backlogged = new AtomicBoolean();
    private final HeldDisk disk = new HeldDisk();
    private final KeptSpans spans = new KeptSpans();

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.in(shared.resolve("kafka")).start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer());
        certificate = LocalAuthority.in(shared.resolve("tls")).issue("proxy", "localhost");
        tell(grant(Duration.ofMinutes(1)));
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        database = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        databasePort = database.getLocalPort();
        Thread.ofVirtual().start(this::serveDatabase);
        start(new Limits(Duration.ofSeconds(4), 8, 6, 4, 3, Duration.ZERO));
    }

    private void start(Limits limits) throws Exception {
        transport = new Transport(2);
        journal = disk.journal(new JournalSettings(folder, 1 << 20, 16));
        shipper = Shipper.start(journal, folder, broker.bootstrapServers(), CLOCK.instant());
        GrantDirectory grants = new GrantDirectory(CLOCK, Duration.ofSeconds(2));
        feed = new GrantFeed(grants, broker.bootstrapServers());
        feed.start();
        node = new Node(new Node.Parts(
                AgentId.next(CLOCK),
                CLOCK,
                limits,
                grants,
                journal,
                backlogged::get,
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
                SslContextBuilder.forServer(
                                certificate.certificate().toFile(),
                                certificate.key().toFile())
                        .build(),
                true,
                true,
                AuditMeter.NONE,
                ConnectionMeter.NONE,
                AuditMode.BOUNDED,
                Duration.ofMinutes(5),
                OtherNodes.NONE,
                new Tracing(spans.sdk(Sampler.parentBased(Sampler.alwaysOn())), CLOCK)));
        await().atMost(Duration.ofSeconds(20)).until(grants::caughtUp);
        listener = Listener.bind(node, transport, new LineProtocol(), "127.0.0.1", 0);
    }

    @AfterEach
    void stop() throws Exception {
        disk.releaseFlushes();
        listener.close();
        node.drain(Duration.ZERO);
        feed.close();
        transport.close();
        shipper.close();
        journal.close();
        database.close();
    }

    @Test
    void aSessionIsRecordedFromItsBeginToItsEnd() throws IOException {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            assertThat(client.ask(grant.login())).isEqualTo("welcome");
            assertThat(client.ask("select 1")).isEqualTo("done: select 1");
            assertThat(client.ask("select 2")).isEqualTo("done: select 2");
        }

        List<Event<?>> events = eventsOf(grant, 4);

        assertThat(events.getFirst().data()).isInstanceOfSatisfying(SessionOpened.class, opened -> {
            assertThat(opened.grantee()).isEqualTo(grant.grantee());
            assertThat(opened.applicationName()).isEqualTo("lines");
            assertThat(opened.clientAddress()).startsWith("127.0.0.1:");
        });
        assertThat(statements(events)).extracting(StatementExecuted::sql).containsExactly("select 1", "select 2");
        assertThat(cause(events)).isEqualTo("client_closed");
    }

    @Test
    void aSessionIsTracedWithTheSequencesOfItsRecordAndNoneOfItsText() throws IOException {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            assertThat(client.ask(grant.login())).isEqualTo("welcome");
            client.ask("select 'hunter2' /*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/");
            client.ask("update 'hunter2'");
        }
        List<Event<?>> events = eventsOf(grant, 4);
        await().atMost(Duration.ofSeconds(30)).until(() -> spans.all().size() == 4);

        SpanData session = spans.named("postgres session");
        SpanData login = spans.named("login");
        SpanData select = spans.named("SELECT app");
        SpanData update = spans.named("UPDATE app");
        assertThat(List.of(login, select, update)).allSatisfy(span -> {
            assertThat(span.getTraceId()).isEqualTo(session.getTraceId());
            assertThat(span.getParentSpanId()).isEqualTo(session.getSpanId());
        });
        assertThat(login.getEvents())
                .extracting(EventData::getName)
                .containsExactly("grant_looked_up", "proved", "target_connected", "let_in");
        assertThat(List.of(select, update))
                .extracting(span -> span.getAttributes().get(AttributeKey.longKey("sallyport.statement.sequence")))
                .isEqualTo(statements(events).stream()
                        .map(StatementExecuted::sequence)
                        .toList());
        assertThat(select.getLinks())
                .extracting(link -> link.getSpanContext().getTraceId())
                .containsExactly("0af7651916cd43dd8448eb211c80319c");
        assertThat(spans.all().toString())
                .contains(((SessionOpened) events.getFirst().data()).sessionId().value(), "client_closed")
                .doesNotContain("hunter2");
    }

    @Test
    void inStrictModeAStatementReachesTheDatabaseWhenItsIntentIsOnTheDiskAndOthersGoOnMeanwhile() throws IOException {
        GrantState strict = tell(withMode(grant(Duration.ofMinutes(1)), AuditMode.STRICT));
        GrantState bounded = tell(grant(Duration.ofMinutes(1)));
        try (Client patient = new Client();
                Client hasty = new Client();
                // Of three clients and two loops, one of these is on the loop of the patient one.
                Client other = new Client()) {
            assertThat(patient.ask(strict.login())).isEqualTo("welcome");
            assertThat(hasty.ask(bounded.login())).isEqualTo("welcome");
            assertThat(other.ask(bounded.login())).isEqualTo("welcome");
            disk.holdFlushes();

            patient.say("select 'held'");

            await().atMost(Duration.ofSeconds(30)).until(() -> disk.flushesAsked() > 0);
            for (int i = 0; i < 20; i++) {
                assertThat(hasty.ask("select " + i)).isEqualTo("done: select " + i);
                assertThat(other.ask("select " + i)).isEqualTo("done: select " + i);
            }
            assertThat(seen).doesNotContain("select 'held'");
            disk.releaseFlushes();
            assertThat(patient.read()).isEqualTo("done: select 'held'");
            assertThat(patient.ask("select 'next'")).isEqualTo("done: select 'next'");
        }
        assertThat(statements(eventsOf(strict, 4)))
                .extracting(StatementExecuted::sql)
                .containsExactly("select 'held'", "select 'next'");
    }

    @Test
    void inStrictModeAStatementIsNotForwardedWhoseIntentTheDiskDidNotTake() throws IOException {
        GrantState strict = tell(withMode(grant(Duration.ofMinutes(1)), AuditMode.STRICT));
        try (Client client = new Client()) {
            assertThat(client.ask(strict.login())).isEqualTo("welcome");
            assertThat(client.ask("select 1")).isEqualTo("done: select 1");
            disk.fail(true);

            assertThat(client.ask("select 2")).isEqualTo(CloseCause.JOURNAL_UNAVAILABLE.message());
            assertThat(client.read()).isNull();
        }
        disk.fail(false);
        assertThat(seen).contains("select 1").doesNotContain("select 2");
        try (Client client = new Client()) {
            assertThat(client.ask(strict.login())).isEqualTo("welcome");
            assertThat(client.ask("select 3")).isEqualTo("done: select 3");
        }
    }

    @Test
    void onlyBestEffortGoesOnBeingReadWhileTooMuchIsUnshipped() throws IOException {
        GrantState careless = tell(withMode(grant(Duration.ofMinutes(1)), AuditMode.BEST_EFFORT));
        GrantState careful = tell(grant(Duration.ofMinutes(1)));
        try (Client free = new Client();
                Client held = new Client()) {
            free.ask(careless.login());
            held.ask(careful.login());
            backlogged.set(true);
            // This one was read before anybody looked.
            assertThat(held.ask("select 0")).isEqualTo("done: select 0");

            held.say("select 'held'");

            for (int i = 0; i < 5; i++) {
                assertThat(free.ask("select " + i)).isEqualTo("done: select " + i);
            }
            assertThat(seen).doesNotContain("select 'held'");
            backlogged.set(false);
            assertThat(held.read()).isEqualTo("done: select 'held'");
        }
    }

    @Test
    void aClosedGrantCutsItsConnectionsWithinASecondAndLetsNobodyIn() throws IOException {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            client.ask(grant.login());
            Instant before = Instant.now();

            producer.send(
                    new ProducerRecord<>(Topics.GRANTS_STATE, grant.grantId().value(), null));
            producer.flush();

            assertThat(client.read()).isEqualTo(CloseCause.GRANT_CLOSED.message());
            assertThat(client.read()).isNull();
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(1));
        }
        try (Client again = new Client()) {
            assertThat(again.ask(grant.login())).isEqualTo("unknown_login");
        }
        assertThat(cause(eventsOf(grant, 2))).isEqualTo("grant_closed");
    }

    @Test
    void anExpiredGrantCutsItsConnectionsWithinASecondAndWithAWarningWithoutATombstone() throws IOException {
        GrantState grant = tell(grant(Duration.ofMillis(3_000)));
        try (Client client = new Client()) {
            client.ask(grant.login());

            assertThat(client.read()).startsWith("your access ends at ");
            assertThat(Instant.now()).isBefore(grant.expiresAt());
            assertThat(client.read()).isEqualTo(CloseCause.GRANT_EXPIRED.message());
            assertThat(client.read()).isNull();

            assertThat(Duration.between(grant.expiresAt(), Instant.now()))
                    .isBetween(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void aGrantThatIsExtendedGoesOn() throws IOException {
        GrantState grant = tell(grant(Duration.ofMillis(3_000)));
        try (Client client = new Client()) {
            client.ask(grant.login());
            GrantState longer = tell(withExpiry(grant, grant.expiresAt().plusSeconds(60)));

            await().pollInterval(Duration.ofMillis(50))
                    .until(() -> CLOCK.instant().isAfter(grant.expiresAt().plusMillis(700)));

            assertThat(longer.login()).isEqualTo(grant.login());
            assertThat(client.ask("still here")).isEqualTo("done: still here");
        }
    }

    @Test
    void aGrantThatIsJustBeingMadeIsWaitedForAndAnUnknownOneTakesAsLong() throws Exception {
        GrantState late = grant(Duration.ofMinutes(1));
        try (Client client = new Client();
                Client stranger = new Client()) {
            client.say(late.login());
            Instant before = Instant.now();
            stranger.say("gra_nobody");
            tell(late);

            assertThat(client.read()).isEqualTo("welcome");
            assertThat(stranger.read()).isEqualTo("unknown_login");
            assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(490));
        }
    }

    @Test
    void aClientThatSaysNothingIsLetGo() throws IOException {
        try (Client client = new Client()) {
            assertThat(client.read()).isEqualTo(CloseCause.HANDSHAKE_TIMEOUT.message());
            assertThat(client.read()).isNull();
        }
        await().until(() -> node.connections() == 0);
        assertThat(node.atTheDoor()).isZero();
    }

    @Test
    void onlySoManyMayStandAtTheDoorFromOneAddress() throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(new Client());
        }
        await().until(() -> node.atTheDoor() == 6);
        try (Client oneTooMany = new Client()) {
            assertThat(oneTooMany.read()).isNull();
            assertThat(node.atTheDoor()).isEqualTo(6);
        }
        clients.forEach(Client::close);
        await().until(() -> node.atTheDoor() == 0);
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            assertThat(client.ask(grant.login())).isEqualTo("welcome");
        }
    }

    @Test
    void onlySoManySessionsMayOnePersonHave() throws IOException {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Client client = new Client();
            clients.add(client);
            assertThat(client.ask(grant.login())).isEqualTo("welcome");
        }
        try (Client oneTooMany = new Client()) {
            assertThat(oneTooMany.ask(grant.login())).isEqualTo(Refusal.TOO_MANY_SESSIONS_OF_PERSON.message());
        }
        clients.removeFirst().close();
        await().until(() -> node.admitted() == 2);
        try (Client again = new Client()) {
            assertThat(again.ask(grant.login())).isEqualTo("welcome");
        }
        clients.forEach(Client::close);
    }

    @Test
    void drainingLetsWorkInFlightFinish() throws Exception {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client idle = new Client();
                Client busy = new Client()) {
            idle.ask(grant.login());
            busy.ask(grant.login());
            busy.say("slow");
            await().until(() -> shipper.backlogBytes() >= 0 && slowBegun);
            Thread drain = Thread.ofVirtual().start(() -> {
                try {
                    node.drain(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            assertThat(idle.read()).isEqualTo(CloseCause.DRAINING.message());
            assertThat(drain.isAlive()).isTrue();
            slowMayEnd = true;
            assertThat(busy.read()).isEqualTo("done: slow");
            assertThat(busy.read()).isEqualTo(CloseCause.DRAINING.message());
            assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(statements(eventsOf(grant, 5)))
                .extracting(StatementExecuted::sql)
                .containsExactly("slow");
    }

    @Test
    void drainingEndsWhatDoesNotEndByItself() throws Exception {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client busy = new Client()) {
            busy.ask(grant.login());
            busy.say("slow");
            await().until(() -> slowBegun);

            node.drain(Duration.ofMillis(200));

            assertThat(busy.read()).isEqualTo(CloseCause.DRAINING.message());
            assertThat(busy.read()).isNull();
        } finally {
            slowMayEnd = true;
        }
        List<Event<?>> events = eventsOf(grant, 3);
        assertThat(statements(events))
                .singleElement()
                .satisfies(statement -> assertThat(statement.outcome()).isEqualTo(StatementExecuted.Outcome.UNKNOWN));
        assertThat(cause(events)).isEqualTo("draining");
    }

    @Test
    void aClientIsNotReadWhileTooMuchWaitsToBeShipped() throws IOException {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            client.ask(grant.login());
            backlogged.set(true);
            assertThat(client.ask("one more")).isEqualTo("done: one more");
            client.say("held back");
            assertThat(client.readWithin(Duration.ofMillis(300))).isNull();

            backlogged.set(false);

            assertThat(client.read()).isEqualTo("done: held back");
        }
    }

    @Test
    void aStatementThatCannotBeRecordedIsNotForwarded() throws IOException {
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            client.ask(grant.login());
            shipper.stop(Duration.ofSeconds(5));
            fillJournal();

            assertThat(client.ask("drop table")).isEqualTo(CloseCause.JOURNAL_UNAVAILABLE.message());

            assertThat(seen).doesNotContain("drop table");
        }
    }

    @Test
    void aDatabaseThatCannotBeReachedIsSaidSo() throws IOException {
        database.close();
        GrantState grant = tell(grant(Duration.ofMinutes(1)));
        try (Client client = new Client()) {
            assertThat(client.ask(grant.login())).startsWith("cannot reach the database at 127.0.0.1:");
            assertThat(client.read()).isNull();
        }
        await().until(() -> node.admitted() == 0);
    }

    private void fillJournal() {
        for (int size = 700_000; size > 0; size /= 10) {
            byte[] record = new byte[size];
            // No type of record has this number.
            record[0] = 99;
            try {
                while (true) {
                    journal.append(record, size, Journal.Use.BEGIN);
                }
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("full");
            }
        }
    }

    private volatile boolean slowBegun;
    private volatile boolean slowMayEnd;
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private void serveDatabase() {
        try {
            while (true) {
                Socket socket = database.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void answer(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                seen.add(line);
                if (line.equals("slow")) {
                    slowBegun = true;
                    await().atMost(Duration.ofSeconds(20)).until(() -> slowMayEnd);
                }
                socket.getOutputStream().write(("done: " + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The proxy closed.
        }
    }

    private List<Event<?>> eventsOf(GrantState grant, int count) {
        List<Event<?>> events = new ArrayList<>();
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
            consumer.subscribe(List.of(Topics.EVENTS, Topics.QUERIES));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (record.value().contains(grant.grantId().value())) {
                        events.add(EventJson.read(record.value()));
                    }
                });
                return events.size() >= count;
            });
        }
        // Of two topics: opened, statements, closed.
        events.sort(Comparator.comparingInt(NodeIT::rank));
        assertThat(events).hasSize(count).extracting(Event::id).doesNotHaveDuplicates();
        return events;
    }

    private static int rank(Event<?> event) {
        return switch (event.data()) {
            case SessionOpened _ -> 0;
            case StatementExecuted _ -> 1;
            default -> 2;
        };
    }

    private static List<StatementExecuted> statements(List<Event<?>> events) {
        return events.stream()
                .map(Event::data)
                .filter(StatementExecuted.class::isInstance)
                .map(StatementExecuted.class::cast)
                .toList();
    }

    private static String cause(List<Event<?>> events) {
        return ((SessionClosed) events.getLast().data()).cause();
    }

    private static volatile int databasePort;

    private static GrantState grant(Duration duration) {
        Instant now = CLOCK.instant();
        GrantId id = GrantId.next(CLOCK);
        return new GrantState(
                id,
                RequestId.next(CLOCK),
                new Grantee("person-of-" + id, "ada", ""),
                target(databasePort),
                id.value(),
                null,
                now,
                now.plus(duration));
    }

    private static GrantState withMode(GrantState grant, AuditMode mode) {
        GrantTarget of = grant.target();
        GrantTarget target = new GrantTarget(
                of.databaseId(), of.engine(), of.host(), of.port(), of.role(), of.databaseUser(), of.secret(), mode);
        return new GrantState(
                grant.grantId(),
                grant.requestId(),
                grant.grantee(),
                target,
                grant.login(),
                grant.verifiers(),
                grant.activatedAt(),
                grant.expiresAt());
    }

    private static GrantTarget target(int port) {
        return new GrantTarget(
                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                Engine.POSTGRES,
                "127.0.0.1",
                port,
                "hoop_ro",
                "hoop_ro",
                new GrantTarget.SecretRef("database", "dbroles/x", "PASSWORD"));
    }

    private static GrantState withExpiry(GrantState grant, Instant expiresAt) {
        return new GrantState(
                grant.grantId(),
                grant.requestId(),
                grant.grantee(),
                grant.target(),
                grant.login(),
                grant.verifiers(),
                grant.activatedAt(),
                expiresAt);
    }

    private static GrantState tell(GrantState grant) {
        Event<GrantState> event =
                Event.of(EventType.GRANT_STATE, "/sallyport/grant-broker", grant.grantId(), CLOCK.instant(), grant);
        producer.send(new ProducerRecord<>(Topics.GRANTS_STATE, event.subject(), EventJson.write(event)));
        producer.flush();
        return grant;
    }

    private final class Client implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        Client() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
            socket.setSoTimeout(10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        void say(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Nullable String read() throws IOException {
            try {
                return in.readLine();
            } catch (SocketException e) {
                return null;
            }
        }

        @Nullable String readWithin(Duration time) throws IOException {
            socket.setSoTimeout((int) time.toMillis());
            try {
                return in.readLine();
            } catch (SocketTimeoutException e) {
                return null;
            } finally {
                socket.setSoTimeout(10_000);
            }
        }

        @Nullable String ask(String line) throws IOException {
            say(line);
            return read();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
