package dev.sallyport.cli;

import dev.sallyport.cli.access.Decisions;
import dev.sallyport.cli.access.EntitlementsCommand;
import dev.sallyport.cli.access.GrantsCommand;
import dev.sallyport.cli.access.RequestCommand;
import dev.sallyport.cli.access.RequestsCommand;
import dev.sallyport.cli.apply.ApplyCommand;
import dev.sallyport.cli.audit.AuditCommand;
import dev.sallyport.cli.aws.AwsCommand;
import dev.sallyport.cli.dbroles.DeprovisionCommand;
import dev.sallyport.cli.dbroles.DriftCommand;
import dev.sallyport.cli.dbroles.InstancesCommand;
import dev.sallyport.cli.dbroles.JobsCommand;
import dev.sallyport.cli.dbroles.PlanCommand;
import dev.sallyport.cli.dbroles.ProvisionCommand;
import dev.sallyport.cli.demo.DemoCommand;
import dev.sallyport.cli.demo.RehearseCommand;
import dev.sallyport.cli.local.AgentCommand;
import dev.sallyport.cli.local.DownCommand;
import dev.sallyport.cli.local.LogsCommand;
import dev.sallyport.cli.local.StatusCommand;
import dev.sallyport.cli.local.TokenCommand;
import dev.sallyport.cli.local.UpCommand;
import dev.sallyport.cli.login.LoginCommand;
import dev.sallyport.cli.login.LogoutCommand;
import dev.sallyport.cli.login.WhoAmICommand;
import dev.sallyport.cli.rds.RdsCommand;
import dev.sallyport.cli.webhooks.WebhooksCommand;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Each command is a class of its own; a {@link CommandFailure} becomes one line and an exit code. */
@Command(
        name = "sally",
        description = "Just-in-time, audited access to databases on AWS.",
        mixinStandardHelpOptions = true,
        version = "sally 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start here: `sally demo` builds what is missing, starts everything on this machine and plays the whole story.",
            "",
            "`sally bench` measures; `sally bench --help` says what.",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 not running, 4 a part cannot start,",
            "            5 a step of the story failed, 6 refused by the API, 7 log in first, 8 not granted, 9 waited too long,",
            "            10 the grant ended, 11 the local port is taken, 12 no tunnel, 130 interrupted."
        })
public final class Sally implements Runnable {

    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            UpCommand.class,
            DemoCommand.class,
            RehearseCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            TokenCommand.class,
            AgentCommand.class,
            AwsCommand.class,
            InstancesCommand.class,
            PlanCommand.class,
            ProvisionCommand.class,
            JobsCommand.class,
            DriftCommand.class,
            DeprovisionCommand.class,
            LoginCommand.class,
            LogoutCommand.class,
            WhoAmICommand.class,
            EntitlementsCommand.class,
            RequestCommand.class,
            RequestsCommand.class,
            Decisions.Approve.class,
            Decisions.Deny.class,
            Decisions.Cancel.class,
            GrantsCommand.class,
            Decisions.Activate.class,
            Decisions.Extend.class,
            Decisions.Close.class,
            RdsCommand.class,
            ApplyCommand.class,
            AuditCommand.class,
            WebhooksCommand.class,
            CompletionCommand.class,
            DownCommand.class);

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command line and returns its exit code. */
    public static int run(String... args) {
        return commandLine(args)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // `sally jobs --kind plan`: a value may be called as a command is.
                .setAllowSubcommandsAsOptionParameters(true)
                .execute(args);
    }

    /** With the one command that is called, for that is all that is needed; with all of them when none is called by its name. */
    private static CommandLine commandLine(String... args) {
        CommandLine sally = new CommandLine(new Sally());
        List<Class<?>> called = COMMANDS.stream()
                .filter(command -> args.length > 0 && name(command).equals(args[0]))
                .filter(command -> command != CompletionCommand.class)
                .toList();
        (called.isEmpty() ? COMMANDS : called).forEach(sally::addSubcommand);
        return sally;
    }

    private static String name(Class<?> command) {
        return Objects.requireNonNull(command.getAnnotation(Command.class)).name();
    }

    private static int report(Exception failure) {
        if (failure instanceof CommandFailure told) {
            System.err.println("sally: " + told.getMessage());
            return told.exitCode().number();
        }
        System.err.println("sally: unexpected failure: " + failure);
        if (System.getenv("SALLY_DEBUG") != null) {
            failure.printStackTrace();
        } else {
            System.err.println("Set SALLY_DEBUG=1 to see where.");
        }
        return ExitCode.FAILED.number();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
