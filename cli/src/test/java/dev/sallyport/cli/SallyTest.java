package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SallyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "demo",
                "rehearse",
                "status",
                "logs",
                "token",
                "agent",
                "down",
                "aws",
                "instances",
                "plan",
                "provision",
                "jobs",
                "drift",
                "deprovision",
                "webhooks",
                "login",
                "logout",
                "whoami",
                "entitlements",
                "request",
                "requests",
                "approve",
                "deny",
                "cancel",
                "grants",
                "activate",
                "extend",
                "close",
                "rds",
                "rds proxy",
                "apply",
                "completion"
            })
    void everyCommandHasHelpWithADescription(String command) {
        Ran ran = run((command + " --help").split(" "));
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).startsWith("Usage: sally " + command);
        assertThat(ran.out().lines().count()).isGreaterThan(2);
    }

    @Test
    void theHelpListsTheCommandsAndTheExitCodes() {
        Ran ran = run("--help");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains(
                        "up ",
                        "demo ",
                        "rehearse ",
                        "status ",
                        "logs ",
                        "token ",
                        "agent ",
                        "down ",
                        "Exit codes: 0 done");
    }

    @Test
    void approvingAndDenyingEachSayWhatTheirCommentIs() {
        assertThat(run("approve", "--help").out()).contains("what you say to it; the requester reads it");
        assertThat(run("deny", "--help").out()).contains("why; the requester reads it");
    }

    @Test
    void aWrongCommandLineExitsWith2AndSaysWhatWasWrong() {
        assertThat(run("fly").exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run("fly").err()).contains("fly");
        assertThat(run("token").exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run("token").err()).contains("USER");
        assertThat(run().exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run("status", "--output", "xml").err()).contains("xml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aws verify",
                "aws keys",
                "instances",
                "plan",
                "provision",
                "jobs",
                "jobs get",
                "jobs watch",
                "jobs plan",
                "jobs cancel",
                "jobs retry",
                "drift",
                "deprovision",
                "entitlements",
                "request",
                "requests",
                "approve",
                "deny",
                "cancel",
                "grants",
                "activate",
                "extend",
                "close",
                "rds proxy",
                "apply",
                "webhooks list",
                "webhooks get",
                "webhooks replay",
                "webhooks endpoints"
            })
    void theHelpOfWhatTalksToTheApiHasExamples(String command) {
        Ran ran = run((command + " --help").split(" "));
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .startsWith("Usage: sally " + command)
                .containsPattern("Examples?:")
                .contains("--api-url");
    }

    @Test
    void anUnknownPartIsNamedWithTheKnownOnes() {
        Ran ran = run("logs", "kitchen");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ran.err()).contains("'kitchen' is no part", "db-proxy", "grant-broker");
    }

    private record Ran(int exitCode, String out, String err) {}

    private static Ran run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int exitCode = Sally.run(arguments);
            return new Ran(
                    exitCode, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
