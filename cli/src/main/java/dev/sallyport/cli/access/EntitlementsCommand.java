package dev.sallyport.cli.access;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.http.ApiAccess;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sally entitlements}. */
@Command(
        name = "entitlements",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The databases and roles that you may ask for.",
        footer = {"", "Examples:", "  sally entitlements", "  sally entitlements orders --engine postgres"})
public final class EntitlementsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "TEXT", arity = "0..1", description = "only those whose id, name or role holds it")
    private @Nullable String text;

    @Option(names = "--engine", paramLabel = "ENGINE", description = "only of this engine: postgres, mysql, mariadb")
    private @Nullable String engine;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        List<Entitlement> shown = new AccessApi(access.api())
                .entitlements().stream().filter(this::wanted).toList();
        if (output.json()) {
            Output.print(shown.stream().map(EntitlementsCommand::document).toList());
        } else if (shown.isEmpty()) {
            System.out.println("There is nothing" + (text == null ? "" : " called so") + " that you may ask for.");
        } else {
            Table table = new Table("DATABASE", "ROLE", "ENGINE", "ID");
            shown.forEach(each -> table.row(each.name(), each.roleName(), each.engine(), each.target()));
            table.print(System.out);
        }
        return ExitCode.OK.number();
    }

    private boolean wanted(Entitlement each) {
        String all = (each.target() + " " + each.name() + " " + each.role() + " " + each.roleName())
                .toLowerCase(Locale.ROOT);
        return (text == null || all.contains(text.toLowerCase(Locale.ROOT)))
                && (engine == null || engine.equalsIgnoreCase(each.engine()));
    }

    private static Object document(Entitlement each) {
        return Map.of(
                "target", each.target(),
                "name", each.name(),
                "role", each.role(),
                "role_name", each.roleName(),
                "connection", each.connection(),
                "engine", each.engine(),
                "workflow", each.terms().workflow());
    }
}
