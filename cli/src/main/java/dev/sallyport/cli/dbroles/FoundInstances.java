package dev.sallyport.cli.dbroles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The RDS instances that discovery finds: asked once, and only when somebody needs to know. */
final class FoundInstances {

    private final Api api;
    private final List<JsonNode> items = new ArrayList<>();
    private boolean asked;

    FoundInstances(Api api) {
        this.api = api;
    }

    /** What the names mean: each an ARN, or the identifier of exactly one instance. */
    List<RdsArn> named(List<String> names) {
        return names.stream().map(this::named).distinct().toList();
    }

    RdsArn named(String name) {
        if (name.startsWith("arn:")) {
            return arn(name)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.USAGE,
                            "'" + name
                                    + "' is no ARN of an RDS instance: arn:aws:rds:<region>:<account>:db:<instance>"));
        }
        List<RdsArn> found = all().stream()
                .filter(item -> name.equals(item.path("name").asText()))
                .flatMap(item -> arn(item.path("arn").asText()).stream())
                .toList();
        return switch (found.size()) {
            case 1 -> found.getFirst();
            case 0 ->
                throw new CommandFailure(
                        ExitCode.FAILED, "no instance is called '" + name + "'; `sally instances` lists them");
            default ->
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "several instances are called '" + name + "', name one by its ARN: "
                                + String.join(
                                        ", ",
                                        found.stream().map(RdsArn::toString).toList()));
        };
    }

    /** As the API describes them, in all accounts of the organisation, or in our own where there is none. */
    List<JsonNode> all() {
        return of(null);
    }

    /** The same of some accounts; all of them when null. */
    List<JsonNode> of(@Nullable List<String> accounts) {
        if (!asked) {
            List<String> wanted = accounts == null ? organisation() : accounts;
            api.post("/api/integrations/aws/rds/describe-db-instances", Map.of("account_ids", wanted))
                    .path("items")
                    .forEach(items::add);
            asked = true;
        }
        return items;
    }

    private List<String> organisation() {
        List<String> accounts = new ArrayList<>();
        String cursor = "";
        do {
            Api.Answer page = api.exchange("GET", "/api/integrations/aws/organizations?limit=200" + cursor, null);
            if (page.status() == 502 && page.code().equals("aws_denied")
                    || page.code().equals("aws_not_found")) {
                return List.of();
            }
            JsonNode body = Api.expectSuccess("/api/integrations/aws/organizations", page);
            body.path("items")
                    .forEach(item -> accounts.add(item.path("account_id").asText()));
            cursor = body.path("next_cursor").isTextual()
                    ? "&cursor=" + body.path("next_cursor").asText()
                    : "";
        } while (!cursor.isEmpty());
        return accounts;
    }

    private static Optional<RdsArn> arn(String text) {
        try {
            return Optional.of(RdsArn.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
