package dev.sallyport.cli.local;

import dev.sallyport.cli.ExitCode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sally status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows every part of the local stack and every target database. Exit code 3 when a part is not ready.",
        footer = {
            "",
            "Examples:",
            "  sally status",
            "  sally status --output json | jq -r .api_url",
            "  sally status --output json | jq '.targets[] | select(.engine == \"postgres\")'"
        })
public final class StatusCommand implements Callable<Integer> {

    /** How to print. */
    enum Output {
        TABLE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table or json (default: table)")
    private Output output = Output.TABLE;

    @Override
    public Integer call() {
        Home home = Home.fromEnvironment();
        StackState state = now(home, StackState.running(home));
        if (output == Output.JSON) {
            System.out.println(state.toJson());
        } else {
            print(state);
        }
        boolean ready = state.parts().stream().allMatch(part -> part.state().equals("ready"));
        return ready ? ExitCode.OK.number() : ExitCode.NOT_RUNNING.number();
    }

    private static StackState now(Home home, StackState kept) {
        Stack stack = new Stack(home, new Progress(System.err), StartNotes.kept());
        List<StackState.Part> parts =
                kept.parts().stream().map(part -> part.in(stateOf(stack, part))).toList();
        return kept.with(parts);
    }

    private static String stateOf(Stack stack, StackState.Part part) {
        PartName name = PartName.labelled(part.name()).orElseThrow();
        if (stack.process(name).isEmpty()) {
            return "stopped";
        }
        int port = Integer.parseInt(part.address().substring(part.address().lastIndexOf(':') + 1));
        return !name.service() || ServiceProcess.ready(port) ? "ready" : "starting";
    }

    private static void print(StackState state) {
        System.out.printf(Locale.ROOT, "%-28s %-9s %-18s %8s  %s%n", "PART", "STATE", "ADDRESS", "PID", "LOG");
        for (StackState.Part part : state.parts()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %-9s %-18s %8d  %s%n",
                    part.title(),
                    part.state(),
                    part.address(),
                    part.pid(),
                    part.log());
        }
        System.out.println();
        for (StackState.Target target : state.targets()) {
            System.out.printf(
                    Locale.ROOT,
                    "target %-9s %s:%d  %s  administrator %s (password in %s)%n",
                    target.engine(),
                    target.host(),
                    target.port(),
                    target.arn(),
                    target.administrator(),
                    target.passwordFile());
        }
        System.out.println();
        System.out.println("console         " + state.consoleUrl() + "  (password of the local users: "
                + state.localPasswordFile() + ")");
        System.out.println("database proxy  Postgres " + state.proxyPostgres() + ", MySQL " + state.proxyMysql()
                + ", authority " + state.authorityFile());
    }
}
