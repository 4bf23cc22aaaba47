package dev.sallyport.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.http.Api;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the applies of one owner have made, as the API keeps it ({@code /api/access/inventories/{owner}}): only that may be
 * pruned, from whatever machine.
 */
final class Inventory {

    private final Api api;
    private final String path;
    private final Set<Document.Key> made;

    private Inventory(Api api, String path, Set<Document.Key> made) {
        this.api = api;
        this.path = path;
        this.made = made;
    }

    private record Item(String kind, String name) {}

    static Inventory of(Api api, String owner) {
        if (!owner.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--owner has 1 to 63 letters, digits, dots, hyphens and underscores");
        }
        String path = "/api/access/inventories/" + owner;
        Api.Answer answer = api.exchange("GET", path, null);
        Set<Document.Key> made = new TreeSet<>();
        if (answer.status() != 404) {
            for (JsonNode item : Api.expectSuccess(path, answer).path("items")) {
                Kind.labelled(item.path("kind").asText())
                        .ifPresent(kind -> made.add(
                                new Document.Key(kind, item.path("name").asText())));
            }
        }
        return new Inventory(api, path, made);
    }

    /** What was made before and is not among {@code wanted}. */
    Set<Document.Key> without(Set<Document.Key> wanted) {
        Set<Document.Key> gone = new TreeSet<>(made);
        gone.removeAll(wanted);
        return gone;
    }

    /** @param only whether the rest has been removed; otherwise it stays ours */
    void keep(Set<Document.Key> wanted, boolean only) {
        Set<Document.Key> all = new TreeSet<>(wanted);
        if (!only) {
            all.addAll(made);
        }
        if (all.equals(made)) {
            return;
        }
        List<Item> items = all.stream()
                .map(key -> new Item(key.kind().label(), key.name()))
                .toList();
        api.put(path, Map.of("items", items));
        if (only) {
            made.retainAll(wanted);
        }
        made.addAll(wanted);
    }
}
