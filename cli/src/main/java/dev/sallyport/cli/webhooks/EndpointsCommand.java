package dev.sallyport.cli.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sally webhooks endpoints}. */
@Command(
        name = "endpoints",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists who is told, adds and removes endpoints, and rotates their secrets.",
        subcommands = {EndpointsCommand.Add.class, EndpointsCommand.Rotate.class, EndpointsCommand.Remove.class},
        footer = {
            "",
            "Examples:",
            "  sally webhooks endpoints",
            "  sally webhooks endpoints add billing https://billing.example.com/hook --event-type grant.closed",
            "  sally webhooks endpoints rotate billing",
            "  sally webhooks endpoints remove billing"
        })
final class EndpointsCommand implements Callable<Integer> {

    private static final String ENDPOINTS = "/api/webhooks/endpoints";

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        JsonNode page = access.notifier().get(ENDPOINTS);
        if (output.json()) {
            Output.print(page);
            return ExitCode.OK.number();
        }
        if (page.path("items").isEmpty()) {
            System.out.println("Nobody is told. `sally webhooks endpoints add NAME URL` adds an endpoint.");
            return ExitCode.OK.number();
        }
        Table table = new Table("NAME", "FROM", "STATE", "EVENTS", "ADDRESS");
        page.path("items").forEach(item -> row(table, item));
        table.print(System.out);
        return ExitCode.OK.number();
    }

    private static void row(Table table, JsonNode item) {
        List<String> types = new ArrayList<>();
        item.path("event_types").forEach(type -> types.add(type.asText()));
        table.row(
                item.path("name").asText(),
                item.path("source").asText(),
                item.path("disabled").asBoolean() ? "disabled" : "enabled",
                String.join(",", types),
                address(item));
    }

    /** That of a chat is a secret, which the notifier tells nobody. */
    private static String address(JsonNode item) {
        if (item.path("url").isTextual()) {
            return item.path("url").asText();
        }
        return item.path("delivery").asText().equals("chat") ? "the chat's webhook" : "Svix";
    }

    /** The secret is shown this once. */
    private static int shown(JsonNode endpoint, Output output) {
        if (output.json()) {
            Output.print(endpoint);
        } else {
            System.out.println("secret of " + endpoint.path("name").asText() + ", shown this once: "
                    + endpoint.path("secret").asText());
            if (endpoint.path("previous_secret_until").isTextual()) {
                System.out.println("the one before signs along until "
                        + endpoint.path("previous_secret_until").asText());
            }
        }
        return ExitCode.OK.number();
    }

    /** {@code sally webhooks endpoints add}. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Adds an endpoint and shows the secret that its messages are signed with, this once.",
            footer = {"", "Example:", "  sally webhooks endpoints add billing https://billing.example.com/hook"})
    static final class Add implements Callable<Integer> {

        @Parameters(index = "0", paramLabel = "NAME", description = "lower-case letters, digits and hyphens")
        private String name = "";

        @Parameters(index = "1", paramLabel = "URL", description = "https://…")
        private String url = "";

        @Option(
                names = "--event-type",
                paramLabel = "TYPE",
                split = ",",
                description = "of which it is told (default: dbroles.job.finished)")
        private @Nullable List<String> eventTypes;

        @Option(names = "--allow-private-addresses", description = "its address may be in a private network")
        private boolean allowPrivate;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("url", url);
            if (eventTypes != null) {
                body.put("event_types", eventTypes);
            }
            body.put("allow_private_addresses", allowPrivate);
            return shown(access.notifier().post(ENDPOINTS, body), output);
        }
    }

    /** {@code sally webhooks endpoints rotate}. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Makes a new secret and shows it, this once; the old one signs along for a while.",
            footer = {"", "Example:", "  sally webhooks endpoints rotate billing --overlap-hours 48"})
    static final class Rotate implements Callable<Integer> {

        private static final long SECONDS_PER_HOUR = 3_600;

        @Parameters(paramLabel = "NAME", description = "of the endpoint")
        private String name = "";

        @Option(
                names = "--overlap-hours",
                paramLabel = "HOURS",
                defaultValue = "24",
                description = "for how long both sign; 0 when the old one was stolen (default: 24)")
        private long overlapHours = 24;

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            String path = ENDPOINTS + "/" + Api.encoded(name) + "/secret/rotate";
            return shown(
                    access.notifier().post(path, Map.of("overlap_seconds", overlapHours * SECONDS_PER_HOUR)), output);
        }
    }

    /** {@code sally webhooks endpoints remove}. */
    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes an endpoint; what it was still to be told is dead.",
            footer = {"", "Example:", "  sally webhooks endpoints remove billing"})
    static final class Remove implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", description = "of the endpoint")
        private String name = "";

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Override
        public Integer call() {
            access.notifier().delete(ENDPOINTS + "/" + Api.encoded(name));
            System.out.println(name + " is removed.");
            return ExitCode.OK.number();
        }
    }
}
