package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.notifier.Neighbours;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the database keeps of a delivery. The messages here are due years from now, so that nobody else takes them. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class DeliveriesIT {

    private static final Instant DUE = Instant.parse("2126-01-01T00:00:00Z");

    @Inject
    @SuppressWarnings("NullAway.Init") // injected
    Deliveries deliveries;

    @Inject
    @SuppressWarnings("NullAway.Init") // injected
    DataSource database;

    private final String event = "evt_" + UUID.randomUUID();

    @Test
    void countsNoAttemptWhileOurSettingsAreWrong() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO deliveries (event_id, event_type, body, created_at, state, next_attempt_at)"
                                + " VALUES (?, 'dbroles.job.finished', '{}', now(), 'pending', '2126-01-01')")) {
            insert.setString(1, event);
            insert.executeUpdate();
        }
        for (int i = 0; i < 20; i++) {
            deliveries.held(claimed(), new Attempt.Held(401, "the token is refused"), DUE);
        }
        assertThat(claimed().attempts()).isEqualTo(1);
        deliveries.failed(claimed(), new Attempt.Failed(503, "busy", false), DUE);
        assertThat(claimed().attempts()).isEqualTo(3);
        deliveries.dead(claimed(), new Attempt.Failed(410, "gone", true), DUE);
        assertThat(state()).isEqualTo("dead");
    }

    private Delivery claimed() {
        return deliveries.claim("default", 1_000, DUE.plusSeconds(60), Duration.ZERO.minusSeconds(60)).stream()
                .filter(delivery -> delivery.eventId().equals(event))
                .findFirst()
                .orElseThrow();
    }

    private String state() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT state FROM deliveries WHERE event_id = ?")) {
            query.setString(1, event);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
