package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.TimeSpan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sally requests}. */
@Command(
        name = "requests",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Requests for access, the newest first: your own, or all for who decides or audits; or one of them.",
        footer = {
            "",
            "Examples:",
            "  sally requests --status requested",
            "  sally requests --target orders --limit 200 --output json",
            "  sally requests req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"
        })
public final class RequestsCommand extends OneOrMany {

    @Parameters(paramLabel = "REQUEST", arity = "0..1", description = "only this one, whole")
    private @Nullable String id;

    public RequestsCommand() {
        super(AccessApi.REQUESTS, "requester");
    }

    @Override
    @Nullable String id() {
        return id;
    }

    @Override
    JsonNode one(AccessApi api, String id) {
        return api.request(id);
    }

    @Override
    void showAll(List<JsonNode> requests) {
        if (requests.isEmpty()) {
            System.out.println("There are no such requests.");
            return;
        }
        Table table = new Table("REQUEST", "WHO", "DATABASE", "ROLE", "STATUS", "FOR", "ASKED", "REASON");
        requests.forEach(request -> table.row(
                request.path("id").asText(),
                GrantLines.person(request, "requester"),
                Entitlement.shortName(request.path("target").asText()),
                request.path("role").asText(),
                request.path("status").asText(),
                length(request),
                GrantLines.time(request, "created_at"),
                GrantLines.text(request, "reason")));
        table.print(System.out);
    }

    private static String length(JsonNode request) {
        return TimeSpan.text(Duration.ofSeconds(request.path("duration_seconds").asLong()));
    }

    @Override
    void show(JsonNode request) {
        line(
                "request",
                request.path("id").asText() + ", " + request.path("status").asText());
        line("who", GrantLines.person(request, "requester"));
        line("database", request.path("target").asText());
        line("role", request.path("role").asText());
        line("for", length(request));
        line("reason", GrantLines.text(request, "reason"));
        line("ticket", GrantLines.text(request, "ticket"));
        line("asked", GrantLines.time(request, "created_at"));
        line("workflow", GrantLines.text(request, "workflow"));
        line(
                "decided",
                (GrantLines.time(request, "decided_at") + " " + GrantLines.text(request, "decided_by")).strip());
        line("comment", GrantLines.text(request, "comment"));
        line("grant", GrantLines.text(request, "grant_id"));
    }

    static void line(String what, String text) {
        if (!text.isEmpty()) {
            System.out.printf("%-10s %s%n", what, text);
        }
    }
}
