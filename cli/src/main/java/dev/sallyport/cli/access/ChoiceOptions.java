package dev.sallyport.cli.access;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.choose.Picker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which databases, and as which role: by flags, or from a list at a terminal. */
public final class ChoiceOptions {

    /** As many candidates as an error names. */
    private static final int MOST_NAMED = 8;

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<Choice> choices = new ArrayList<>();

    /** One target with its role; each may be left out, and is then chosen from a list. */
    static final class Choice {

        @Option(
                names = {"-t", "--target"},
                paramLabel = "NAME",
                description = "a database: its id, name, instance, instance/database or connection; repeat the pair"
                        + " for several")
        private @Nullable String target;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description = "the role in it: its key (hoop_ro), its name, or its ending (ro)")
        private @Nullable String role;

        private boolean fits(Entitlement entitlement) {
            return (target == null || entitlement.isCalled(target)) && (role == null || entitlement.hasRole(role));
        }

        private String said() {
            return (target == null ? "" : " --target " + target) + (role == null ? "" : " --role " + role);
        }
    }

    /** How many are wanted. */
    int count() {
        return Math.max(1, choices.size());
    }

    /**
     * The one entitlement that each pair of flags names; what is left open is asked for.
     *
     * @throws CommandFailure when nothing is called so, or several are and nobody is there to choose
     */
    List<Entitlement> from(List<Entitlement> all) {
        if (all.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.NOT_GRANTED,
                    "there is nothing that you may ask for; whoever runs Sallyport can change that");
        }
        List<Choice> wanted = choices.isEmpty() ? List.of(new Choice()) : choices;
        return wanted.stream().map(choice -> one(choice, all)).distinct().toList();
    }

    private static Entitlement one(Choice choice, List<Entitlement> all) {
        List<Entitlement> fitting = all.stream().filter(choice::fits).toList();
        if (fitting.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "nothing that you may ask for is called" + choice.said() + "; there is " + named(all));
        }
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        if (!Terminal.interactive()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "nobody is there to choose among " + fitting.size()
                            + ": say which with --target and --role; there is " + named(fitting));
        }
        return picked(fitting);
    }

    private static Entitlement picked(List<Entitlement> fitting) {
        Table table = new Table("Database", "Role", "Engine");
        fitting.forEach(each -> table.row(each.name(), each.roleName(), each.engine()));
        List<String> lines = table.lines();
        return Picker.choose("Select a database to connect to", lines.getFirst(), lines.subList(1, lines.size()))
                .stream()
                .mapToObj(fitting::get)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(ExitCode.INTERRUPTED, "nothing was chosen"));
    }

    private static String named(List<Entitlement> some) {
        String first = some.stream()
                .limit(MOST_NAMED)
                .map(each -> "'" + each.name() + "' as " + each.role())
                .collect(Collectors.joining(", "));
        return some.size() > MOST_NAMED ? first + " and " + (some.size() - MOST_NAMED) + " more" : first;
    }
}
