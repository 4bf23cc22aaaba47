package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.http.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which requests or grants are wanted. Filters look through the newest ones, page by page, until there are enough. */
final class ListOptions {

    /** How many rows are looked through for those that fit. */
    private static final int MOST_LOOKED_AT = 10_000;

    private static final int PAGE = 200;

    @Option(names = "--status", paramLabel = "STATUS", description = "only those that are so: requested, active, …")
    private @Nullable String status;

    @Option(
            names = {"-t", "--target"},
            paramLabel = "TEXT",
            description = "only those whose database's id holds it")
    private @Nullable String target;

    @Option(names = "--role", paramLabel = "ROLE", description = "only for this role")
    private @Nullable String role;

    @Option(names = "--who", paramLabel = "NAME", description = "only of this person")
    private @Nullable String who;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "how many at most (default: 50)")
    private int limit = 50;

    /** @param person the field with the person they are of */
    List<JsonNode> of(Api api, String path, String person) {
        List<JsonNode> found = new ArrayList<>();
        String cursor = "";
        int most = Math.max(1, limit);
        for (int seen = 0; seen < MOST_LOOKED_AT; seen += PAGE) {
            JsonNode page = api.get(path + "?limit=" + PAGE + cursor);
            for (JsonNode item : page.path("items")) {
                if (fits(item, person)) {
                    if (found.size() == most) {
                        Notice.info("There are more: --limit shows them.");
                        return found;
                    }
                    found.add(item);
                }
            }
            if (!page.path("next_cursor").isTextual()) {
                return found;
            }
            cursor = Api.filter("cursor", page.path("next_cursor").asText());
        }
        Notice.attention("Only the newest " + MOST_LOOKED_AT + " were looked through.");
        return found;
    }

    private boolean fits(JsonNode item, String person) {
        return (status == null || status.equalsIgnoreCase(item.path("status").asText()))
                && (role == null || item.path("role").asText().equalsIgnoreCase(role))
                && (target == null
                        || item.path("target")
                                .asText()
                                .toLowerCase(Locale.ROOT)
                                .contains(target.toLowerCase(Locale.ROOT)))
                && (who == null
                        || item.path(person).path("name").asText().equalsIgnoreCase(who)
                        || item.path(person).path("email").asText().equalsIgnoreCase(who)
                        || item.path(person).path("subject").asText().equals(who));
    }
}
