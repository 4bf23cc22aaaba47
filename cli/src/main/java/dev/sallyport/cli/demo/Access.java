package dev.sallyport.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.kernel.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The chapter in which the engineer asks for two databases and the approver lets them in. */
final class Access {

    private static final Duration GRANT_LIMIT = Duration.ofSeconds(20);

    private final Story story;
    private final Api engineer;
    private final Api approver;

    Access(Story story, Api engineer, Api approver) {
        this.story = story;
        this.engineer = engineer;
        this.approver = approver;
    }

    /** A live grant and the secret that was shown for it. */
    record Door(String grantId, String engine, String host, int port, String database, String user, Secret password) {}

    /** Asks for the read-only role on {@code target}, has it approved, and takes the secret. */
    Door open(String target) {
        JsonNode asked = engineer.post(
                        "/api/access/ensure",
                        Map.of(
                                "entitlements",
                                List.of(Map.of("target", target, "role", "hoop_ro")),
                                "reason",
                                "looking at the demo"))
                .path("items")
                .path(0);
        String request = asked.path("request_id").asText();
        story.tell(
                "engineer asks for hoop_ro on %s: %s (%s)",
                target, asked.path("outcome").asText(), request);

        String grant = asked.path("outcome").asText().equals("active")
                ? asked.path("grant_id").asText()
                : approved(request);
        return shown(live(grant));
    }

    private String approved(String request) {
        Api.Answer own = engineer.exchange("POST", "/api/access/requests/" + request + "/approve", Map.of());
        story.check(own.status() == 403, "engineer cannot approve it (%d %s)", own.status(), own.code());

        return approver.post("/api/access/requests/" + request + "/approve", Map.of("comment", "for the demo"))
                .path("grant_id")
                .asText();
    }

    private String live(String grant) {
        JsonNode live = story.await("grant " + grant + " is active", GRANT_LIMIT, () -> {
            JsonNode now = engineer.get("/api/access/grants/" + grant);
            return now.path("status").asText().equals("active") ? now : null;
        });
        story.check(
                true, "%s is active until %s", grant, live.path("expires_at").asText());
        return grant;
    }

    private Door shown(String grant) {
        JsonNode shown = engineer.post("/api/access/grants/" + grant + "/credentials", Map.of());
        story.tell("%s", shown.path("command").asText());
        return new Door(
                grant,
                shown.path("engine").asText(),
                shown.path("host").asText(),
                shown.path("port").asInt(),
                shown.path("database").asText(),
                shown.path("username").asText(),
                Secret.of(shown.path("password").asText()));
    }

    /** Takes a grant away. */
    void revoke(Door door) {
        approver.post("/api/access/grants/" + door.grantId() + "/close", Map.of());
    }
}
