package dev.sallyport.cli.dbroles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.http.ApiAccess;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sally instances}. */
@Command(
        name = "instances",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the RDS instances of the organisation's accounts; what could not be looked into stands below.",
            "Exit code 1 when there is any such account."
        },
        footer = {
            "",
            "Examples:",
            "  sally instances",
            "  sally instances --account 111111111111 --account 222222222222",
            "  sally instances --output json | jq -r '.items[] | select(.error == null) | .arn'"
        })
public final class InstancesCommand implements Callable<Integer> {

    @Option(
            names = "--account",
            paramLabel = "ID",
            description = "look into this account only; may be repeated (default: all of the organisation)")
    private @Nullable List<String> accounts;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        List<JsonNode> items = new FoundInstances(access.api()).of(accounts);
        List<JsonNode> found =
                items.stream().filter(item -> !text(item, "arn").isEmpty()).toList();
        List<JsonNode> failed =
                items.stream().filter(item -> text(item, "arn").isEmpty()).toList();
        if (output.json()) {
            Output.print(Map.of("items", items));
        } else {
            print(found, failed);
        }
        return (failed.isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private static void print(List<JsonNode> found, List<JsonNode> failed) {
        if (found.isEmpty()) {
            System.out.println("No instances were found.");
        } else {
            Table table = new Table("NAME", "ACCOUNT", "REGION", "ENGINE", "VERSION", "STATUS", "NOTE");
            found.forEach(item -> table.row(
                    text(item, "name"),
                    text(item, "account_id"),
                    text(item, "region"),
                    text(item, "engine"),
                    text(item, "engine_version"),
                    text(item, "status"),
                    text(item, "error")));
            table.print(System.out);
        }
        errors(failed).forEach(System.out::println);
    }

    /** Each once, however many regions of an account say the same. */
    private static List<String> errors(List<JsonNode> failed) {
        LinkedHashSet<String> errors = new LinkedHashSet<>();
        failed.forEach(item ->
                errors.add("  " + text(item, "account_id") + "  " + text(item, "region") + "  " + text(item, "error")));
        List<String> lines = new ArrayList<>();
        if (!errors.isEmpty()) {
            lines.add("");
            lines.add("Not looked into:");
            lines.addAll(errors);
        }
        return lines;
    }

    private static String text(JsonNode item, String field) {
        return item.path(field).isTextual() ? item.path(field).asText() : "";
    }
}
