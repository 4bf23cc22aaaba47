package dev.sallyport.cli.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sally webhooks}. */
@Command(
        name = "webhooks",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows what webhooks were told, sends dead messages again, and sets up endpoints.",
        subcommands = {
            WebhooksCommand.Listing.class,
            WebhooksCommand.Get.class,
            WebhooksCommand.Replay.class,
            EndpointsCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  sally webhooks list --state dead",
            "  sally webhooks get 42",
            "  sally webhooks replay 42",
            "  sally webhooks replay --dead --endpoint billing",
            "  sally webhooks endpoints"
        })
public final class WebhooksCommand implements Runnable {

    private static final String DELIVERIES = "/api/webhooks/deliveries";

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list, get, replay or endpoints?");
    }

    /** {@code sally webhooks list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Lists deliveries, the latest first.",
            footer = {"", "Example:", "  sally webhooks list --state dead --endpoint billing"})
    static final class Listing implements Callable<Integer> {

        @Option(names = "--state", paramLabel = "STATE", description = "pending, delivered or dead")
        private @Nullable String state;

        @Option(names = "--event-type", paramLabel = "TYPE", description = "for instance dbroles.job.finished")
        private @Nullable String eventType;

        @Option(names = "--endpoint", paramLabel = "NAME", description = "who is told")
        private @Nullable String endpoint;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "1 to 200 (default: 20)")
        private int limit = 20;

        @Option(names = "--cursor", paramLabel = "CURSOR", description = "the next_cursor of the page before")
        private @Nullable String cursor;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            JsonNode page = access.notifier()
                    .get(DELIVERIES + "?limit=" + limit + Api.filter("state", state)
                            + Api.filter("event_type", eventType) + Api.filter("endpoint", endpoint)
                            + Api.filter("cursor", cursor));
            if (output.json()) {
                Output.print(page);
                return ExitCode.OK.number();
            }
            if (page.path("items").isEmpty()) {
                System.out.println("No such deliveries.");
                return ExitCode.OK.number();
            }
            Table table = new Table("ID", "ENDPOINT", "EVENT", "STATE", "ATTEMPTS", "CREATED", "LAST ANSWER");
            page.path("items").forEach(item -> row(table, item));
            table.print(System.out);
            if (page.path("next_cursor").isTextual()) {
                System.out.println(
                        "There are more: --cursor " + page.path("next_cursor").asText());
            }
            return ExitCode.OK.number();
        }

        private static void row(Table table, JsonNode item) {
            table.row(
                    item.path("id").asText(),
                    item.path("endpoint").asText(),
                    item.path("event_type").asText(),
                    item.path("state").asText(),
                    item.path("attempts").asInt(),
                    Table.seconds(item.path("created_at").asText()),
                    answer(item));
        }
    }

    /** {@code sally webhooks get}. */
    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Shows one delivery with what was sent. Exit code 1 when it is dead.",
            footer = {"", "Example:", "  sally webhooks get 42 --output json"})
    static final class Get implements Callable<Integer> {

        @Parameters(paramLabel = "ID", description = "of the delivery")
        private String id = "";

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            JsonNode delivery = access.notifier().get(DELIVERIES + "/" + Api.encoded(id));
            if (output.json()) {
                Output.print(delivery);
            } else {
                show(delivery);
            }
            return (delivery.path("state").asText().equals("dead") ? ExitCode.FAILED : ExitCode.OK).number();
        }

        private static void show(JsonNode delivery) {
            System.out.println("delivery   " + delivery.path("id").asText() + ", "
                    + delivery.path("state").asText());
            System.out.println("event      " + delivery.path("event_id").asText() + ", "
                    + delivery.path("event_type").asText());
            System.out.println("endpoint   " + delivery.path("endpoint").asText());
            System.out.println("attempts   " + delivery.path("attempts").asInt() + ", last: " + answer(delivery));
            if (delivery.path("next_attempt_at").isTextual()) {
                System.out.println("next       "
                        + Table.seconds(delivery.path("next_attempt_at").asText()));
            }
            if (delivery.path("replays").asInt() > 0) {
                System.out.println("replayed   " + delivery.path("replays").asInt() + " times, last by "
                        + delivery.path("replayed_by").asText() + " "
                        + Table.seconds(delivery.path("replayed_at").asText()));
            }
            System.out.println("body       " + delivery.path("body").asText());
        }
    }

    /** {@code sally webhooks replay}. */
    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Sends a message that ended again, or all dead ones. Receivers see the same message id.",
                "Who did it and when is in the audit trail."
            },
            footer = {
                "",
                "Examples:",
                "  sally webhooks replay 42",
                "  sally webhooks replay --dead",
                "  sally webhooks replay --dead --endpoint billing --event-type dbroles.job.finished"
            })
    static final class Replay implements Callable<Integer> {

        @Parameters(paramLabel = "ID", arity = "0..1", description = "of the delivery")
        private @Nullable String id;

        @Option(names = "--dead", description = "all that are dead, or those that the options below name")
        private boolean dead;

        @Option(names = "--endpoint", paramLabel = "NAME", description = "with --dead: who is told")
        private @Nullable String endpoint;

        @Option(names = "--event-type", paramLabel = "TYPE", description = "with --dead: of which events")
        private @Nullable String eventType;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            if ((id == null) != dead || !dead && (endpoint != null || eventType != null)) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "give the ID of one delivery, or --dead with --endpoint and --event-type if need be");
            }
            JsonNode answer = id == null ? all() : access.notifier().post(path(id), Map.of());
            if (output.json()) {
                Output.print(answer);
            } else if (id == null) {
                System.out.println(answer.path("replayed").asInt() + " messages are sent again."
                        + (answer.path("more").asBoolean() ? " There are more: call again." : ""));
            } else {
                System.out.println(
                        "delivery " + id + " is sent again; `sally webhooks get " + id + "` shows what comes of it");
            }
            return ExitCode.OK.number();
        }

        private static String path(String id) {
            return DELIVERIES + "/" + Api.encoded(id) + "/replay";
        }

        private JsonNode all() {
            Map<String, String> which = new LinkedHashMap<>();
            if (endpoint != null) {
                which.put("endpoint", endpoint);
            }
            if (eventType != null) {
                which.put("event_type", eventType);
            }
            return access.notifier().post(DELIVERIES + "/replay", which);
        }
    }

    private static String answer(JsonNode delivery) {
        return delivery.path("last_error").isTextual()
                ? delivery.path("last_error").asText()
                : delivery.path("last_status").asText().replace("null", "none");
    }
}
