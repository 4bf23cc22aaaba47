package dev.sallyport.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.demo.Queries.Ran;
import dev.sallyport.cli.http.Api;
import dev.sallyport.contracts.EventJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The chapter that reads the audit trail and holds it against what was run. */
final class Audit {

    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(20);

    private final Story story;
    private final Api auditor;
    private final String since;

    Audit(Story story, Api auditor) {
        this.story = story;
        this.auditor = auditor;
        // A grant that was live before this story has sessions of an earlier one.
        this.since = EventJson.write(Instant.now());
    }

    /** Shows the statements of the grant's sessions and checks that each of {@code ran} is there exactly once. */
    void show(String grantId, List<Ran> ran) {
        List<JsonNode> statements = story.await("the audit of " + grantId + " is complete", ARRIVAL_LIMIT, () -> {
            List<JsonNode> now = statements(grantId);
            return ran.stream().allMatch(expected -> count(now, expected) >= 1) ? now : null;
        });
        for (JsonNode statement : statements) {
            story.tell(
                    "%s  %-8s %6s rows %8s µs  %s %s%s",
                    statement.path("grantee").path("name").asText(),
                    statement.path("database_user").asText(),
                    statement.path("rows").isNull()
                            ? "–"
                            : statement.path("rows").asText(),
                    statement.path("duration_micros").asText(),
                    abbreviated(statement.path("sql").asText()),
                    parameters(statement),
                    error(statement));
        }
        for (Ran expected : ran) {
            story.check(count(statements, expected) == 1, "audited once: %s", abbreviated(expected.sql()));
        }
    }

    private List<JsonNode> statements(String grantId) {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode session : auditor.get("/api/audit/sessions?limit=200").path("items")) {
            if (session.path("grant_id").asText().equals(grantId)
                    && session.path("opened_at").asText().compareTo(since) >= 0) {
                List<JsonNode> newest = new ArrayList<>();
                auditor.get("/api/audit/sessions/" + session.path("id").asText() + "/statements?limit=200")
                        .path("items")
                        .forEach(newest::add);
                // Sessions come the newest first; the trail is told from its beginning.
                all.addAll(0, newest);
            }
        }
        return all;
    }

    private static String error(JsonNode statement) {
        if (statement.path("sql_state").isNull()) {
            return "";
        }
        String number = statement.path("error_code").isNull()
                ? ""
                : " (" + statement.path("error_code").asText() + ")";
        return "  ✗ " + statement.path("sql_state").asText() + number;
    }

    private static long count(List<JsonNode> statements, Ran expected) {
        return statements.stream()
                .filter(statement -> statement.path("sql").asText().equals(expected.sql())
                        && values(statement).equals(expected.parameters())
                        && expected.refused()
                                == statement.path("outcome").asText().equals("error"))
                .count();
    }

    private static List<String> values(JsonNode statement) {
        return StreamSupport.stream(statement.path("parameters").spliterator(), false)
                .map(parameter -> parameter.path("value").asText())
                .toList();
    }

    private static String parameters(JsonNode statement) {
        List<String> values = values(statement);
        return values.isEmpty() ? "" : "(" + String.join(", ", values) + ")";
    }

    private static String abbreviated(String sql) {
        String line = sql.replaceAll("\\s+", " ");
        return line.length() <= 80 ? line : line.substring(0, 79) + "…";
    }
}
