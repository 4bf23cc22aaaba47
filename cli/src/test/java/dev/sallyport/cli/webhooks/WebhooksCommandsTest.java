package dev.sallyport.cli.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.dbroles.PlayedApi;
import dev.sallyport.cli.dbroles.PlayedApi.Ran;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands call, print and exit with, against an API that is a script. */
class WebhooksCommandsTest {

    private static final String DELIVERY = "{'id': '42', 'event_id': 'evt_1', 'event_type': 'grant.closed',"
            + " 'endpoint': 'billing', 'state': 'dead', 'attempts': 12, 'created_at': '2026-03-10T12:00:00.123456Z',"
            + " 'next_attempt_at': null, 'ended_at': '2026-03-10T22:00:00.123456Z', 'last_status': 503,"
            + " 'last_error': 'answered with 503', 'replays': 1, 'replayed_at': '2026-03-10T13:00:00.123456Z',"
            + " 'replayed_by': 'ann', 'body': 'the body'}";
    private static final String ENDPOINT = "{'name': 'billing', 'source': 'api', 'delivery': 'webhook',"
            + " 'url': 'https://billing.example/hook', 'event_types': ['grant.closed'], 'disabled': false,"
            + " 'previous_secret_until': '2026-03-11T12:00:00.000000Z', 'secret': 'whsec_shown'}";

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") PlayedApi api;

    @BeforeEach
    void start() throws IOException {
        api = new PlayedApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void listsDeliveriesAsATableByWhatIsLookedFor() {
        api.on(
                "GET /api/webhooks/deliveries?limit=20&state=dead&endpoint=billing",
                200,
                "{'items': [" + DELIVERY + "], 'next_cursor': '42'}");

        Ran ran = api.run("webhooks", "list", "--state", "dead", "--endpoint", "billing");

        assertThat(ran.out()).isEqualTo("""
                ID  ENDPOINT  EVENT         STATE  ATTEMPTS  CREATED               LAST ANSWER
                42  billing   grant.closed  dead   12        2026-03-10T12:00:00Z  answered with 503
                There are more: --cursor 42
                """);
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void showsOneDeliveryAndFailsWhenItIsDead() {
        api.on("GET /api/webhooks/deliveries/42", 200, DELIVERY);

        Ran ran = api.run("webhooks", "get", "42");

        assertThat(ran.out())
                .contains("delivery   42, dead")
                .contains("replayed   1 times, last by ann 2026-03-10T13:00:00Z")
                .contains("body       the body");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.number());
    }

    @Test
    void sendsOneAgainOrAllThatAreDead() {
        api.on("POST /api/webhooks/deliveries/42/replay", 202, DELIVERY)
                .on("POST /api/webhooks/deliveries/replay", 202, "{'replayed': 1000, 'more': true}");

        assertThat(api.run("webhooks", "replay", "42").out()).startsWith("delivery 42 is sent again");
        assertThat(api.run("webhooks", "replay", "--dead", "--endpoint", "billing")
                        .out())
                .isEqualTo("1000 messages are sent again. There are more: call again.\n");
        assertThat(api.calls())
                .containsExactly(
                        "POST /api/webhooks/deliveries/42/replay {}",
                        "POST /api/webhooks/deliveries/replay {\"endpoint\":\"billing\"}");
    }

    @Test
    void doesNotGuessWhatIsToBeSentAgain() {
        for (String[] line : new String[][] {
            {"webhooks", "replay"},
            {"webhooks", "replay", "42", "--dead"},
            {"webhooks", "replay", "42", "--endpoint", "billing"}
        }) {
            Ran ran = api.run(line);
            assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE.number());
            assertThat(ran.err()).contains("give the ID of one delivery, or --dead");
        }
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void listsEndpoints() {
        api.on("GET /api/webhooks/endpoints", 200, "{'items': [" + ENDPOINT + "], 'next_cursor': null}");

        assertThat(api.run("webhooks", "endpoints").out()).isEqualTo("""
                NAME     FROM  STATE    EVENTS        ADDRESS
                billing  api   enabled  grant.closed  https://billing.example/hook
                """);
        assertThat(api.run("webhooks", "endpoints", "--output", "json").out()).contains("\"name\" : \"billing\"");
    }

    @Test
    void addsRotatesAndRemovesAnEndpoint() {
        api.on("POST /api/webhooks/endpoints", 201, ENDPOINT)
                .on("POST /api/webhooks/endpoints/billing/secret/rotate", 200, ENDPOINT)
                .on("DELETE /api/webhooks/endpoints/billing", 204, "");

        assertThat(api.run(
                                "webhooks",
                                "endpoints",
                                "add",
                                "billing",
                                "https://billing.example/hook",
                                "--event-type",
                                "grant.closed")
                        .out())
                .startsWith("secret of billing, shown this once: whsec_shown");
        assertThat(api.run("webhooks", "endpoints", "rotate", "billing", "--overlap-hours", "0")
                        .exitCode())
                .isZero();
        assertThat(api.run("webhooks", "endpoints", "remove", "billing").out()).isEqualTo("billing is removed.\n");
        assertThat(api.calls())
                .containsExactly(
                        "POST /api/webhooks/endpoints {\"name\":\"billing\",\"url\":\"https://billing.example/hook\","
                                + "\"event_types\":[\"grant.closed\"],\"allow_private_addresses\":false}",
                        "POST /api/webhooks/endpoints/billing/secret/rotate {\"overlap_seconds\":0}",
                        "DELETE /api/webhooks/endpoints/billing");
    }
}
