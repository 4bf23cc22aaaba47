package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sally grants}. */
@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Grants, the newest first: your own, or all for who decides or audits; or one of them.",
        footer = {
            "",
            "Examples:",
            "  sally grants --status active",
            "  sally grants gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --output json"
        })
public final class GrantsCommand extends OneOrMany {

    @Parameters(paramLabel = "GRANT", arity = "0..1", description = "only this one, whole")
    private @Nullable String id;

    public GrantsCommand() {
        super(AccessApi.GRANTS, "grantee");
    }

    @Override
    @Nullable String id() {
        return id;
    }

    @Override
    JsonNode one(AccessApi api, String id) {
        return api.grant(id);
    }

    @Override
    void showAll(List<JsonNode> grants) {
        print(grants);
    }

    static void print(List<JsonNode> grants) {
        if (grants.isEmpty()) {
            System.out.println("There are no such grants.");
            return;
        }
        Table table = new Table("GRANT", "WHO", "DATABASE", "ROLE", "STATUS", "SINCE", "UNTIL");
        grants.forEach(grant -> table.row(
                grant.path("id").asText(),
                GrantLines.person(grant, "grantee"),
                Entitlement.shortName(grant.path("target").asText()),
                grant.path("role").asText(),
                grant.path("status").asText(),
                GrantLines.time(grant, "activated_at"),
                GrantLines.time(grant, grant.path("closed_at").isTextual() ? "closed_at" : "expires_at")));
        table.print(System.out);
    }

    @Override
    void show(JsonNode grant) {
        RequestsCommand.line(
                "grant", grant.path("id").asText() + ", " + grant.path("status").asText());
        RequestsCommand.line("who", GrantLines.person(grant, "grantee"));
        RequestsCommand.line("database", grant.path("target").asText());
        RequestsCommand.line("role", grant.path("role").asText());
        RequestsCommand.line("request", GrantLines.text(grant, "request_id"));
        RequestsCommand.line("since", GrantLines.time(grant, "activated_at"));
        RequestsCommand.line("until", GrantLines.time(grant, "expires_at"));
        RequestsCommand.line("closed", GrantLines.time(grant, "closed_at"));
        RequestsCommand.line(
                "because",
                (GrantLines.text(grant, "close_reason") + " " + GrantLines.text(grant, "closed_by")).strip());
        RequestsCommand.line("message", GrantLines.text(grant, "message"));
    }
}
