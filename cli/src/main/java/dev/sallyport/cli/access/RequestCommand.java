package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.TimeSpan;
import dev.sallyport.cli.access.Ensuring.Wanted;
import dev.sallyport.cli.http.ApiAccess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sally request}. */
@Command(
        name = "request",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks for access to databases. Repeating it is safe: an open request or a live grant is found again.",
            "",
            "On a terminal it lists what you may ask for, asks for what the workflow needs, and whether to send it."
        },
        footer = {
            "",
            "Exit codes: 0 asked, or with --wait let in; 6 refused; 7 log in first; 8 denied, cancelled or expired;",
            "            9 not decided in time (the request stays open); 130 you changed your mind.",
            "",
            "Examples:",
            "  sally request",
            "  sally request --target orders-postgres/shop --role ro --reason 'ticket 4711' --duration 1h --yes --wait",
            "  sally request --target shop --role ro --target billing --role rw --dry-run"
        })
public final class RequestCommand implements Callable<Integer> {

    @Mixin
    private final Ensuring ensuring = new Ensuring();

    @Option(names = "--dry-run", description = "say what would become of it, and make nothing")
    private boolean dryRun;

    @Option(
            names = {"-w", "--wait"},
            paramLabel = "TIME",
            arity = "0..1",
            fallbackValue = "1h",
            converter = TimeSpan.class,
            description = "wait until it is active, this long at most (1h)")
    private @Nullable Duration patience;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        AccessApi api = new AccessApi(access.api());
        List<Entitlement> wanted = ensuring.choose(api);
        if (dryRun) {
            show(ensuring.preview(api, wanted));
            return ExitCode.OK.number();
        }
        List<Wanted> ensured = ensuring.ensure(api, wanted);
        if (patience == null) {
            show(ensured);
            return exitCode(ensured);
        }
        refuseFailed(ensured);
        showGrants(ensuring.await(api, ensured, patience));
        return ExitCode.OK.number();
    }

    private static int exitCode(List<Wanted> ensured) {
        boolean failed = ensured.stream().anyMatch(each -> failed(each));
        return (failed ? ExitCode.NOT_GRANTED : ExitCode.OK).number();
    }

    private static boolean failed(Wanted each) {
        return each.ensured().outcome().equals("provisioning_failed");
    }

    /** @throws CommandFailure when there is nothing to wait for */
    public static void refuseFailed(List<Wanted> ensured) {
        ensured.stream().filter(RequestCommand::failed).findFirst().ifPresent(each -> {
            String grant = each.ensured().grantId();
            throw new CommandFailure(
                    ExitCode.NOT_GRANTED,
                    "the activation of " + each.entitlement().label() + " failed: `sally grants " + grant
                            + "` says why, `sally activate " + grant + "` tries again, `sally close " + grant
                            + "` gives it up");
        });
    }

    private void show(List<Wanted> ensured) {
        if (output.json()) {
            Output.print(ensured.stream().map(Wanted::ensured).toList());
            return;
        }
        Table table = new Table("DATABASE", "ROLE", "OUTCOME", "REQUEST", "GRANT");
        ensured.forEach(each -> table.row(
                each.entitlement().name(),
                each.entitlement().roleName(),
                each.ensured().outcome(),
                each.ensured().requestId(),
                each.ensured().grantId()));
        table.print(System.out);
    }

    private void showGrants(List<JsonNode> grants) {
        if (output.json()) {
            Output.print(grants);
        } else {
            GrantsCommand.print(grants);
        }
    }
}
