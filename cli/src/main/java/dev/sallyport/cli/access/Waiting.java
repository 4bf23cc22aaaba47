package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Spinner;
import dev.sallyport.cli.TimeSpan;
import dev.sallyport.cli.access.AccessApi.Ensured;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** Waits for an approval and an activation, with a spinner and a deadline. */
final class Waiting {

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final AccessApi api;
    private final InstantSource clock;
    private final Instant deadline;
    private final Duration patience;

    Waiting(AccessApi api, InstantSource clock, Duration patience) {
        this.api = api;
        this.clock = clock;
        this.patience = patience;
        this.deadline = clock.instant().plus(patience);
    }

    /**
     * The grant of {@code ensured}, when it is active.
     *
     * @throws CommandFailure when it will not be, or was not in time
     */
    JsonNode active(Entitlement what, Ensured ensured) {
        try (Spinner spinner = Spinner.saying("Waiting for " + what.label())) {
            String grant =
                    ensured.grantId().isEmpty() ? approved(what, ensured.requestId(), spinner) : ensured.grantId();
            return activated(what, grant, spinner);
        }
    }

    private String approved(Entitlement what, String id, Spinner spinner) {
        spinner.say("Waiting for an approval of " + id);
        String open = "the request " + id + " is not decided on yet; it stays open: run this again to go on waiting";
        while (true) {
            JsonNode request = asked(() -> api.request(id), open);
            String status = request.path("status").asText();
            if (request.path("grant_id").isTextual()) {
                return request.path("grant_id").asText();
            }
            if (!status.equals("requested") && !status.equals("approved")) {
                throw new CommandFailure(ExitCode.NOT_GRANTED, ended(request));
            }
            pause(open);
        }
    }

    /** Why a request came to nothing. */
    static String ended(JsonNode request) {
        String by = request.path("decided_by").asText("");
        String comment = request.path("comment").asText("");
        return "the request " + request.path("id").asText() + " is "
                + request.path("status").asText()
                + (by.isBlank() || by.equals("null") ? "" : " by " + by)
                + (comment.isBlank() || comment.equals("null") ? "" : ": " + comment);
    }

    private JsonNode activated(Entitlement what, String id, Spinner spinner) {
        spinner.say("Activating " + what.label());
        String open = "the grant " + id + " is not active yet: `sally grants " + id + "` shows what it waits for";
        boolean asked = false;
        while (true) {
            JsonNode grant = asked(() -> api.grant(id), open);
            switch (grant.path("status").asText()) {
                case "active" -> {
                    return grant;
                }
                case "failed", "closing", "closed" ->
                    throw new CommandFailure(ExitCode.NOT_GRANTED, GrantLines.ended(grant));
                case "approved" -> {
                    if (grant.path("provisioning_failed").asBoolean()) {
                        throw new CommandFailure(ExitCode.NOT_GRANTED, failed(grant));
                    }
                    if (!asked && what.terms().manual()) {
                        api.step(id, "activate", Map.of());
                        asked = true;
                    }
                }
                default -> {
                    // On its way.
                }
            }
            pause(open);
        }
    }

    private static String failed(JsonNode grant) {
        String id = grant.path("id").asText();
        return "the activation of " + id + " failed: " + GrantLines.text(grant, "message") + "; `sally activate " + id
                + "` tries again, `sally close " + id + "` gives it up";
    }

    /** Who is interrupted while the api is asked hears the same as who is while we wait. */
    private static JsonNode asked(Supplier<JsonNode> call, String interrupted) {
        try {
            return call.get();
        } catch (CommandFailure e) {
            throw e.exitCode() == ExitCode.INTERRUPTED ? new CommandFailure(ExitCode.INTERRUPTED, interrupted) : e;
        }
    }

    private void pause(String tooLate) {
        if (clock.instant().isAfter(deadline)) {
            throw new CommandFailure(ExitCode.TIMED_OUT, "after " + TimeSpan.text(patience) + " " + tooLate);
        }
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, tooLate);
        }
    }
}
