package dev.sallyport.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sally completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints what makes your shell complete commands and options.",
        footer = {
            "",
            "Examples:",
            "  sally completion bash > /etc/bash_completion.d/sally",
            "  source <(sally completion zsh)",
            "  sally completion fish > ~/.config/fish/completions/sally.fish"
        })
public final class CompletionCommand implements Callable<Integer> {

    private enum Shell {
        BASH,
        ZSH,
        FISH
    }

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    private Shell shell = Shell.BASH;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        System.out.print(
                switch (shell) {
                    // One script: it loads bashcompinit when it is read by zsh.
                    case BASH, ZSH -> AutoComplete.bash(spec.root().name(), root);
                    case FISH -> fish(root);
                });
        return ExitCode.OK.number();
    }

    private static String fish(CommandLine root) {
        List<String> lines = new ArrayList<>();
        lines.add("complete -c sally -f");
        root.getSubcommands().forEach((name, command) -> {
            lines.add(command(name, command, "__fish_use_subcommand"));
            options(lines, command, "__fish_seen_subcommand_from " + name);
            String below = String.join(" ", command.getSubcommands().keySet());
            command.getSubcommands().forEach((inner, innerCommand) -> {
                lines.add(command(
                        inner,
                        innerCommand,
                        "__fish_seen_subcommand_from " + name + "; and not __fish_seen_subcommand_from " + below));
                options(
                        lines,
                        innerCommand,
                        "__fish_seen_subcommand_from " + name + "; and __fish_seen_subcommand_from " + inner);
            });
        });
        return String.join("\n", lines) + "\n";
    }

    private static String command(String name, CommandLine command, String when) {
        String[] description = command.getCommandSpec().usageMessage().description();
        return "complete -c sally -n '" + when + "' -a " + name + said(description);
    }

    private static void options(List<String> lines, CommandLine command, String when) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            StringBuilder line = new StringBuilder("complete -c sally -n '" + when + "'");
            for (String name : option.names()) {
                line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.arity().max() > 0) {
                line.append(" -r");
            }
            if (option.type().isEnum()) {
                line.append(" -a '").append(values(option)).append('\'');
            }
            lines.add(line + said(option.description()));
        }
    }

    private static String values(OptionSpec option) {
        List<String> values = new ArrayList<>();
        for (Object value : option.type().getEnumConstants()) {
            values.add(value.toString().toLowerCase(Locale.ROOT));
        }
        return String.join(" ", values);
    }

    /** In single quotes: fish knows a backslash before a quote and before itself there. */
    private static String said(String[] description) {
        return description.length == 0
                ? ""
                : " -d '" + description[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
