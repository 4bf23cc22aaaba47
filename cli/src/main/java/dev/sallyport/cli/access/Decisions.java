package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.TimeSpan;
import dev.sallyport.cli.choose.Picker;
import dev.sallyport.cli.http.ApiAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to requests and grants that are there: approve, deny, cancel, extend, close. */
public final class Decisions {

    private static final int MOST_LISTED = 200;

    /** One step for each id: all are tried, even when one is refused. */
    abstract static class OnEach implements Callable<Integer> {

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        final int each(List<String> named, String list, String status, String what, Step step) {
            AccessApi api = new AccessApi(access.api());
            List<String> ids = named.isEmpty() ? List.of(picked(api, list, status, what)) : named;
            List<JsonNode> done = new ArrayList<>();
            CommandFailure refusal = null;
            for (String id : ids) {
                try {
                    JsonNode now = step.on(api, id);
                    done.add(now);
                    if (!output.json()) {
                        Notice.done(now.path("id").asText() + " is "
                                + now.path("status").asText());
                    }
                } catch (CommandFailure refused) {
                    refusal = refused;
                    if (ids.size() > 1) {
                        Notice.attention(id + ": " + refused.getMessage());
                    }
                }
            }
            if (output.json()) {
                Output.print(done);
            }
            if (refusal != null) {
                throw ids.size() == 1
                        ? refusal
                        : new CommandFailure(
                                refusal.exitCode(), (ids.size() - done.size()) + " of " + ids.size() + " were refused");
            }
            return ExitCode.OK.number();
        }

        private static String picked(AccessApi api, String list, String status, String what) {
            if (!Terminal.interactive()) {
                throw new CommandFailure(ExitCode.USAGE, "nobody is there to choose: name the " + what + " by its id");
            }
            List<JsonNode> open = api.api().list(list, "", MOST_LISTED).items().stream()
                    .filter(item -> item.path("status").asText().equals(status))
                    .toList();
            if (open.isEmpty()) {
                throw new CommandFailure(ExitCode.NOT_GRANTED, "there is no " + what + " that is " + status);
            }
            Table table = new Table("Who", "Database", "Role", "Reason", "Id");
            open.forEach(item -> table.row(
                    GrantLines.person(item, item.has("requester") ? "requester" : "grantee"),
                    Entitlement.shortName(item.path("target").asText()),
                    item.path("role").asText(),
                    GrantLines.text(item, "reason"),
                    item.path("id").asText()));
            List<String> lines = table.lines();
            return Picker.choose("Which " + what + "?", lines.getFirst(), lines.subList(1, lines.size())).stream()
                    .mapToObj(open::get)
                    .map((Function<JsonNode, String>) item -> item.path("id").asText())
                    .findFirst()
                    .orElseThrow(() -> new CommandFailure(ExitCode.INTERRUPTED, "nothing was chosen"));
        }
    }

    /** One call about one id; answers how it is now. */
    interface Step {
        JsonNode on(AccessApi api, String id);
    }

    /** What an approver says of other people's requests. */
    abstract static class Verdict extends OnEach {

        @Parameters(paramLabel = "REQUEST", arity = "0..*", description = "ids of requests")
        private List<String> ids = new ArrayList<>();

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        abstract @Nullable String comment();

        @Override
        public final Integer call() {
            String comment = comment();
            Map<String, ?> said = comment == null ? Map.of() : Map.of("comment", comment);
            return each(ids, AccessApi.REQUESTS, "requested", "request", (api, id) -> api.decide(id, word, said));
        }
    }

    /** {@code sally approve}. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Approves other people's requests; without an id, of one chosen from a list.",
            footer = {
                "",
                "Examples:",
                "  sally approve",
                "  sally approve req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --comment 'until the release is out'"
            })
    public static final class Approve extends Verdict {

        @Option(
                names = {"-c", "--comment"},
                paramLabel = "TEXT",
                description = "what you say to it; the requester reads it")
        private @Nullable String comment;

        public Approve() {
            super("approve");
        }

        @Override
        @Nullable String comment() {
            return comment;
        }
    }

    /** {@code sally deny}. */
    @Command(
            name = "deny",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Denies other people's requests; without an id, one chosen from a list.",
            footer = {
                "",
                "Example:",
                "  sally deny req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --comment 'ask for the read-only role'"
            })
    public static final class Deny extends Verdict {

        @Option(
                names = {"-c", "--comment"},
                paramLabel = "TEXT",
                description = "why; the requester reads it")
        private @Nullable String comment;

        public Deny() {
            super("deny");
        }

        @Override
        @Nullable String comment() {
            return comment;
        }
    }

    /** {@code sally cancel}. */
    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Takes your own requests back.",
            footer = {"", "Example:", "  sally cancel req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"})
    public static final class Cancel extends OnEach {

        @Parameters(paramLabel = "REQUEST", arity = "0..*", description = "ids of requests")
        private List<String> ids = new ArrayList<>();

        @Override
        public Integer call() {
            return each(
                    ids, AccessApi.REQUESTS, "requested", "request", (api, id) -> api.decide(id, "cancel", Map.of()));
        }
    }

    /** {@code sally activate}. */
    @Command(
            name = "activate",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Begins grants of yours that were approved, where the workflow leaves that to you; tries again what failed."
            },
            footer = {"", "Example:", "  sally activate gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"})
    public static final class Activate extends OnEach {

        @Parameters(paramLabel = "GRANT", arity = "0..*", description = "ids of grants")
        private List<String> ids = new ArrayList<>();

        @Override
        public Integer call() {
            return each(ids, AccessApi.GRANTS, "approved", "grant", (api, id) -> api.step(id, "activate", Map.of()));
        }
    }

    /** {@code sally extend}. */
    @Command(
            name = "extend",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Makes active grants last longer, as often and as much as their workflow lets you.",
            footer = {"", "Example:", "  sally extend gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --by 30m"})
    public static final class Extend extends OnEach {

        @Parameters(paramLabel = "GRANT", arity = "0..*", description = "ids of grants")
        private List<String> ids = new ArrayList<>();

        @Option(
                names = "--by",
                paramLabel = "TIME",
                converter = TimeSpan.class,
                description = "how much longer (default: as the workflow says)")
        private @Nullable Duration by;

        @Override
        public Integer call() {
            return each(ids, AccessApi.GRANTS, "active", "grant", this::extend);
        }

        /** Said twice, it is made once: which extension it is to be is said too. */
        private JsonNode extend(AccessApi api, String id) {
            Map<String, Object> body = new LinkedHashMap<>();
            if (by != null) {
                body.put("duration_seconds", by.toSeconds());
            }
            body.put("extension", api.grant(id).path("extensions").asInt() + 1);
            return api.step(id, "extend", body);
        }
    }

    /** {@code sally close}. */
    @Command(
            name = "close",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Ends grants before their time. Connections through them are cut at once.",
            footer = {
                "",
                "Examples:",
                "  sally close",
                "  sally close gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE",
                "  sally close gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --force     an administrator; AWS is cleaned up later"
            })
    public static final class Close extends OnEach {

        @Parameters(paramLabel = "GRANT", arity = "0..*", description = "ids of grants")
        private List<String> ids = new ArrayList<>();

        @Option(names = "--force", description = "do not wait for what was set up to be taken down; for administrators")
        private boolean force;

        @Override
        public Integer call() {
            String step = force ? "force-close" : "close";
            return each(ids, AccessApi.GRANTS, "active", "grant", (api, id) -> api.step(id, step, Map.of()));
        }
    }

    private Decisions() {}
}
