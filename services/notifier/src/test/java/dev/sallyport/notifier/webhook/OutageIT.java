package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.notifier.Configured;
import dev.sallyport.notifier.Neighbours;
import dev.sallyport.notifier.NotifierConfig;
import dev.sallyport.notifier.database.Database;
import dev.sallyport.secrets.Keyset;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Receivers that are away or slow, by a clock of the test's own, years ahead of the running service's. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class OutageIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Instant BEGINNING = Instant.parse("2126-01-01T00:00:00Z");

    @Inject
    @SuppressWarnings("NullAway.Init") // injected
    Database database;

    @Inject
    @SuppressWarnings("NullAway.Init") // injected
    Endpoints endpoints;

    @Inject
    @SuppressWarnings("NullAway.Init") // injected
    Destination destination;

    private volatile Instant now = BEGINNING;
    private final InstantSource clock = () -> now;
    private final NotifierConfig config = Configured.with(Map.of("sallyport.webhooks.concurrency", "2"));
    private final Held held = new Held();
    private final List<Played> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Played::close);
    }

    @Test
    void losesNothingOfAReceiverThatIsAwayForAnHourAndHoldsUpNoOther() {
        Played away = played(503);
        Played fine = played(200);
        Deliveries deliveries = new Deliveries(database, endpoints, clock);
        List<Endpoint> both = List.of(away.endpoint(), fine.endpoint());
        DeliveryWorker worker = worker(deliveries, both);
        List<String> told = new ArrayList<>();
        for (int minute = 0; minute < 60; minute++) {
            now = BEGINNING.plus(Duration.ofMinutes(minute));
            Event<?> event = event();
            deliveries.add(List.of(event), both);
            told.add(event.id().value());
            work(worker);
            assertThat(fine.ids()).as("minute %d", minute).containsExactlyElementsOf(told);
        }
        assertThat(states(away)).containsOnly("pending");

        away.status = 200;
        for (int minute = 60; minute < 60 + 150; minute++) {
            now = BEGINNING.plus(Duration.ofMinutes(minute));
            work(worker);
        }

        assertThat(states(away)).hasSize(60).containsOnly("delivered");
        assertThat(Set.copyOf(away.ids())).containsExactlyInAnyOrderElementsOf(told);
        assertThat(fine.ids()).hasSize(60);
    }

    @Test
    void aReceiverThatHangsTakesUpItsOwnPlacesOnly() {
        Played hanging = played(200);
        CountDownLatch released = new CountDownLatch(1);
        hanging.gate = released;
        Played fine = played(200);
        Deliveries deliveries = new Deliveries(database, endpoints, clock);
        List<Endpoint> both = List.of(hanging.endpoint(), fine.endpoint());
        DeliveryWorker worker = worker(deliveries, both);
        List<Event<?>> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(event());
        }
        deliveries.add(events, both);

        await().atMost(LONG).until(() -> {
            worker.dispatch();
            return states(fine).stream().allMatch("delivered"::equals)
                    && hanging.ids().size() == 2;
        });
        assertThat(worker.underWay()).isEqualTo(2);
        assertThat(states(hanging)).containsOnly("pending");

        released.countDown();
        await().atMost(LONG).until(() -> {
            // Those that the gate held for too long are due again after a pause.
            now = now.plusSeconds(10);
            worker.dispatch();
            return states(hanging).stream().allMatch("delivered"::equals);
        });
        assertThat(Set.copyOf(hanging.ids())).hasSize(10);
    }

    @Test
    void aMessageThatANotifierDiedOverComesAgainUnderItsId() {
        Played receiver = played(200);
        Deliveries deliveries = new Deliveries(database, endpoints, clock);
        List<Endpoint> only = List.of(receiver.endpoint());
        Event<?> event = event();
        deliveries.add(List.of(event), only);
        deliveries.add(List.of(event), only);
        // It took the message up, and was never heard of again.
        assertThat(deliveries.claim(receiver.endpoint().name(), 10, now, Duration.ofSeconds(30)))
                .hasSize(1);

        DeliveryWorker worker = worker(deliveries, only);
        now = BEGINNING.plusSeconds(29);
        work(worker);
        assertThat(receiver.ids()).isEmpty();
        now = BEGINNING.plusSeconds(31);
        work(worker);

        assertThat(receiver.ids()).containsExactly(event.id().value());
        assertThat(states(receiver)).containsExactly("delivered");
    }

    @Test
    void whatEndedGoesWhenItsRetentionIsOver() {
        Played receiver = played(410);
        Deliveries deliveries = new Deliveries(database, endpoints, clock);
        List<Endpoint> only = List.of(receiver.endpoint());
        deliveries.add(List.of(event(), event()), only);
        work(worker(deliveries, only));
        assertThat(states(receiver)).containsExactly("dead", "dead");

        deliveries.prune(BEGINNING);
        assertThat(states(receiver)).hasSize(2);
        deliveries.prune(BEGINNING.plusSeconds(1));
        assertThat(states(receiver)).isEmpty();
    }

    @Test
    void aLostKeysetHoldsTheMessagesOfItsEndpointsAndLosesNone() throws IOException {
        Played receiver = played(200);
        Path keys = Files.createTempDirectory("keysets");
        Endpoints right = endpoints(keys.resolve("right.json"));
        Grantee ann = new Grantee("sub-ann", "ann", "");
        right.create(
                receiver.name,
                new Endpoints.Wanted(receiver.url(), Set.of(EventType.SESSION_CLOSED.name()), true, false),
                SigningSecret.random(),
                ann);
        Endpoints lost = endpoints(keys.resolve("lost.json"));
        Deliveries deliveries = new Deliveries(database, lost, clock);

        deliveries.add(List.of(event()));
        DeliveryWorker worker = worker(deliveries, () -> only(lost, receiver));
        for (int i = 0; i < 20; i++) {
            now = BEGINNING.plus(Duration.ofMinutes(i));
            work(worker);
        }
        assertThat(states(receiver)).containsExactly("pending");
        assertThat(held.reasons().get(receiver.name))
                .contains("does not open with this keyset")
                .contains("sallyport.webhooks.keyset-file");

        now = BEGINNING.plus(Duration.ofHours(1));
        work(worker(deliveries, () -> only(right, receiver)));
        assertThat(states(receiver)).containsExactly("delivered");
        assertThat(held.reasons()).isEmpty();
        right.remove(receiver.name, ann);
    }

    private Endpoints endpoints(Path keyset) {
        Keyset.create(keyset);
        NotifierConfig keyed = Configured.with(Map.of("sallyport.webhooks.keyset-file", keyset.toString()));
        return new Endpoints(database, new ConfiguredEndpoints(keyed), keyed, clock);
    }

    private static List<Endpoint> only(Endpoints all, Played receiver) {
        return all.all().stream()
                .filter(endpoint -> endpoint.name().equals(receiver.name))
                .toList();
    }

    /** Sends what is due and waits until it has come to something. */
    private static void work(DeliveryWorker worker) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> !worker.dispatch() && worker.underWay() == 0 && !worker.dispatch());
    }

    private DeliveryWorker worker(Deliveries deliveries, List<Endpoint> all) {
        return worker(deliveries, () -> all);
    }

    private DeliveryWorker worker(Deliveries deliveries, Supplier<List<Endpoint>> all) {
        return new DeliveryWorker(deliveries, all, destination, config, new SimpleMeterRegistry(), held, clock);
    }

    private Event<SessionClosed> event() {
        SessionId session = SessionId.next(InstantSource.system());
        return Event.of(
                EventType.SESSION_CLOSED,
                "/test",
                session,
                now,
                new SessionClosed(
                        session, GrantId.next(InstantSource.system()), "client_closed", 0, 0, 0, "0".repeat(64), now));
    }

    private List<String> states(Played receiver) {
        return database.rows(
                "SELECT state FROM deliveries WHERE endpoint = ? ORDER BY id",
                sql -> sql.setString(1, receiver.name),
                row -> row.getString("state"));
    }

    private Played played(int status) {
        try {
            Played receiver = new Played(status);
            opened.add(receiver);
            return receiver;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A receiver that answers as it is told, at a gate if there is one. */
    private static final class Played {

        private final String name = "t-" + UUID.randomUUID();
        private final HttpServer server;
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final List<String> arrived = new CopyOnWriteArrayList<>();
        private volatile int status;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        Played(int status) throws IOException {
            this.status = status;
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", call -> {
                try (call) {
                    String id = String.valueOf(call.getRequestHeaders().getFirst("webhook-id"));
                    heard.add(id);
                    gate.await();
                    if (this.status == 200) {
                        arrived.add(id);
                    }
                    call.sendResponseHeaders(this.status, -1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            server.start();
        }

        /** At a closed gate: those that wait there; else those that were taken. */
        List<String> ids() {
            return gate.getCount() > 0 ? heard : arrived;
        }

        Endpoint endpoint() {
            return new Endpoint(
                    name,
                    Set.of(EventType.SESSION_CLOSED.name()),
                    false,
                    new Endpoint.Http(url(), true, List.of(SigningSecret.random())));
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        }

        void close() {
            gate.countDown();
            server.stop(0);
        }
    }
}
