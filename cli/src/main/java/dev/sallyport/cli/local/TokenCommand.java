package dev.sallyport.cli.local;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.oidc.LocalUser;
import dev.sallyport.sandbox.oidc.TokenMint;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sally token}. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a bearer token for a local user, good for eight hours.",
            "It is made with a key of the local stack that only you can read; no other stack takes it."
        },
        footer = {
            "",
            "Example:",
            "  curl -H \"Authorization: Bearer $(sally token admin)\" http://localhost:8009/api/agents"
        })
public final class TokenCommand implements Callable<Integer> {

    @Parameters(paramLabel = "USER", description = "admin, engineer, approver or auditor")
    private String user = "";

    @Override
    public Integer call() {
        Home home = Home.fromEnvironment();
        System.out.println(mint(home, StackState.running(home), user).reveal());
        return 0;
    }

    /** A token of the local stack for {@code user}. */
    public static Secret mint(Home home, StackState state, String user) {
        LocalUser known = LocalUser.named(user)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE, "'" + user + "' is no local user: admin, engineer, approver or auditor"));
        return TokenMint.in(StandInsProcess.issuerFolder(home), state.issuerUrl())
                .token(known);
    }
}
