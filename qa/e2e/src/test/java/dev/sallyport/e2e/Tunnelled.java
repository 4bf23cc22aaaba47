package dev.sallyport.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.tunnel.Carriers;
import dev.sallyport.cli.tunnel.Ticket;
import dev.sallyport.cli.tunnel.Tickets;
import dev.sallyport.cli.tunnel.Tunnel;
import dev.sallyport.cli.tunnel.TunnelEnd;
import dev.sallyport.cli.tunnel.TunnelListener;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A person's way to one database through a tunnel: ordinary drivers, a local port, any password. */
final class Tunnelled implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** A notifier that was killed is missed after 45 s; then the next one reads what was its. */
    private static final Duration UNTIL_RECORDED = Duration.ofSeconds(90);

    private final Caller engineer;
    private final String grant;
    private final List<Ticket> tickets = new CopyOnWriteArrayList<>();
    private final Tunnel tunnel;

    private Tunnelled(Caller engineer, String api, String token, String grant) {
        this.engineer = engineer;
        this.grant = grant;
        this.tunnel = Tunnel.open(
                new Tickets(new Api(URI.create(api), Secret.of(token)), grant),
                Carriers.DIRECT,
                0,
                new TunnelListener() {
                    @Override
                    public void connected(Ticket ticket) {
                        tickets.add(ticket);
                    }
                });
    }

    /** A grant on {@code target}, asked for and approved unless there is one, and a tunnel for it. */
    static Tunnelled open(LocalStack stack, String target) {
        String api = stack.status().path("api_url").asText();
        String token = stack.sally("token", "engineer").output().strip();
        Caller engineer = new Caller(api, token);
        JsonNode asked = engineer.post("/api/access/ensure", """
                {"entitlements": [{"target": "%s", "role": "hoop_ro"}], "reason": "through the tunnel"}""".formatted(target));
        if (asked.at("/items/0/outcome").asText().equals("requested")) {
            String request = asked.at("/items/0/request_id").asText();
            new Caller(api, stack.sally("token", "approver").output().strip())
                    .post("/api/access/requests/" + request + "/approve", "{}");
        }
        return new Tunnelled(
                engineer,
                api,
                token,
                engineer.awaitActiveGrant(target).path("id").asText());
    }

    Connection connect() throws SQLException {
        Ticket ticket = tickets.getLast();
        String url = ticket.engine().equals("postgres")
                ? "jdbc:postgresql://127.0.0.1:" + tunnel.port() + "/" + ticket.database() + "?sslmode=prefer"
                : "jdbc:mysql://127.0.0.1:" + tunnel.port() + "/" + ticket.database();
        return DriverManager.getConnection(url, ticket.databaseUser(), "whatever");
    }

    String query(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return query(connection, sql);
        }
    }

    static String query(Connection connection, String sql) throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    /** The statement is in the record, in a session of this tunnel. */
    void awaitRecord(Caller auditor, String sql) {
        await().atMost(UNTIL_RECORDED).untilAsserted(() -> {
            boolean recorded = false;
            for (JsonNode session : auditor.json("/api/audit/sessions?limit=50").path("items")) {
                recorded |= session.path("tunnel_id").asText().equals(tunnelId())
                        && auditor.get("/api/audit/sessions/"
                                        + session.path("id").asText() + "/statements")
                                .contains(sql);
            }
            assertThat(recorded).as(sql).isTrue();
        });
    }

    /** Closes the grant: what is open is cut at once, and the tunnel knows why. */
    void closeGrant() throws Exception {
        try (Connection connection = connect()) {
            engineer.post("/api/access/grants/" + grant + "/close", "{}");
            long began = System.nanoTime();
            await().atMost(PATIENCE).until(() -> !alive(connection));
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        }
        TunnelEnd end = tunnel.end().get(20, TimeUnit.SECONDS);
        assertThat(end.reason()).isEqualTo(TunnelEnd.Reason.GRANT_ENDED);
    }

    private static boolean alive(Connection connection) {
        try {
            query(connection, "SELECT 1");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** How often the tunnel was connected. */
    int times() {
        return tickets.size();
    }

    /** The one id of all its connections. */
    String tunnelId() {
        assertThat(tickets)
                .extracting(Ticket::tunnelId)
                .containsOnly(tickets.getFirst().tunnelId());
        return tickets.getFirst().tunnelId();
    }

    @Override
    public void close() {
        tunnel.close();
    }
}
