package dev.sallyport.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.Spinner;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** The device authorization grant, RFC 8628: a browser anywhere, a code to compare. */
final class DeviceFlow {

    /** Section 3.2. */
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(5);

    /** Section 3.5. */
    private static final Duration SLOWER = Duration.ofSeconds(5);

    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

    private final Issuer issuer;
    private final Client client;
    private final InstantSource clock;

    DeviceFlow(Issuer issuer, Client client, InstantSource clock) {
        this.issuer = issuer;
        this.client = client;
        this.clock = clock;
    }

    JsonNode tokens() {
        Issuer.Answer begun = Issuer.post(
                issuer.endpoint("device_authorization_endpoint", "log in with the browser, without --device"),
                client.form(Map.of("scope", client.scopes())));
        if (!begun.ok()) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the issuer does not let this command line log in: " + begun.described());
        }
        JsonNode device = begun.body();
        String page = device.path("verification_uri_complete")
                .asText(device.path("verification_uri").asText());
        Notice.info("Open " + page);
        Notice.info("and compare the code: " + device.path("user_code").asText());
        try (Spinner spinner = Spinner.saying("Waiting for your browser")) {
            return poll(device, spinner);
        }
    }

    private JsonNode poll(JsonNode device, Spinner spinner) {
        URI endpoint = issuer.endpoint("token_endpoint", "it cannot be logged in to");
        Duration interval = device.path("interval").canConvertToLong()
                        && device.path("interval").asLong() > 0
                ? Duration.ofSeconds(device.path("interval").asLong())
                : USUAL_INTERVAL;
        long life = device.path("expires_in").asLong(LONGEST_WAIT.toSeconds());
        Instant deadline = clock.instant().plusSeconds(Math.clamp(life, 1, LONGEST_WAIT.toSeconds()));
        Map<String, String> question = client.form(Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "device_code",
                device.path("device_code").asText()));
        while (clock.instant().isBefore(deadline)) {
            pause(interval);
            Issuer.Answer answer = Issuer.post(endpoint, question);
            if (answer.ok()) {
                return answer.body();
            }
            switch (answer.error()) {
                case "authorization_pending" -> {
                    // Not yet.
                }
                case "slow_down" -> {
                    interval = interval.plus(SLOWER).compareTo(LONGEST_INTERVAL) > 0
                            ? LONGEST_INTERVAL
                            : interval.plus(SLOWER);
                    spinner.say("Waiting for your browser (asking every " + interval.toSeconds() + " s)");
                }
                case "access_denied" ->
                    throw new CommandFailure(ExitCode.LOGIN_NEEDED, "the login was denied in the browser");
                case "expired_token" -> throw expired();
                default -> throw new CommandFailure(ExitCode.LOGIN_NEEDED, "the issuer refuses: " + answer.described());
            }
        }
        throw expired();
    }

    private static CommandFailure expired() {
        return new CommandFailure(ExitCode.TIMED_OUT, "nobody logged in in time: `sally login` shows a new code");
    }

    private static void pause(Duration interval) {
        try {
            Thread.sleep(interval);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }
}
