package dev.sallyport.cli.local;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sally logs}. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = "Prints the end of a part's log.",
        footer = {
            "",
            "Examples:",
            "  sally logs api",
            "  sally logs db-proxy --lines 200",
            "  sally logs provisioner --follow"
        })
public final class LogsCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "PART",
            description = "a part's name as `sally status --output json` gives it, for instance api")
    private String part = "";

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "50",
            description = "how many lines (default: 50)")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "go on as the log grows, until Ctrl-C")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PartName name = PartName.labelled(part)
                .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, "'" + part + "' is no part: " + labels()));
        Path log = new Stack(Home.fromEnvironment(), new Progress(System.err), StartNotes.kept()).log(name);
        if (!Files.exists(log)) {
            throw new CommandFailure(ExitCode.NOT_RUNNING, name.title() + " has no log yet: " + log);
        }
        if (follow) {
            return new ProcessBuilder("tail", "-n", Integer.toString(lines), "-f", log.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        List<String> all = Files.readAllLines(log);
        all.subList(Math.max(0, all.size() - lines), all.size()).forEach(System.out::println);
        return 0;
    }

    private static String labels() {
        return Arrays.stream(PartName.values()).map(PartName::label).collect(Collectors.joining(", "));
    }
}
