package dev.sallyport.benchmarks;

import dev.sallyport.benchmarks.proxy.ProxyBenchmark;
import dev.sallyport.benchmarks.store.StoreBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks, one subcommand each. Exits with 0 when the figure was reached, with 1 when it was not, with 2 when it could not be measured; {@code proxy} has none of its own and judges nothing. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Sallyport, each figure beside a baseline.",
        subcommands = {DiscoveryBenchmark.class, RolesBenchmark.class, ProxyBenchmark.class, StoreBenchmark.class})
public final class Benchmarks {

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Benchmarks())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (failure instanceof IllegalStateException) {
                        command.getErr()
                                .println("sally bench " + command.getCommandName() + ": " + failure.getMessage());
                        return 2;
                    }
                    throw failure;
                });
    }
}
