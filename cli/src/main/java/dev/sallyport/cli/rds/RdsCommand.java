package dev.sallyport.cli.rds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sally rds}. */
@Command(
        name = "rds",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Uses databases on RDS from this machine.",
        subcommands = ProxyCommand.class,
        footer = {"", "Example:", "  sally rds proxy"})
public final class RdsCommand implements Runnable {

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? `sally rds proxy`");
    }
}
