package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {

    @TempDir
    private Path folder;

    @Test
    void bashTakesTheScriptAndCompletesACommandAndAnOption() throws Exception {
        Path script = Files.writeString(folder.resolve("sally.bash"), printed("bash"));

        assertThat(bash(script, "sally", "entitl")).contains("entitlements");
        assertThat(bash(script, "sally", "rds", "proxy", "--targ")).contains("--target");
    }

    @Test
    void fishIsToldEachCommandAndOptionInQuotes() {
        assertThat(printed("fish"))
                .startsWith("complete -c sally -f\n")
                .contains("complete -c sally -n '__fish_use_subcommand' -a request -d 'Asks for access to databases.")
                .contains(
                        "-n '__fish_seen_subcommand_from rds; and __fish_seen_subcommand_from proxy' -s t -l target -r")
                .contains("-l transport -r -a 'direct ssm'");
    }

    @Test
    void zshReadsTheSameScriptAsBash() {
        assertThat(printed("zsh")).isEqualTo(printed("bash")).contains("bashcompinit");
    }

    private static String bash(Path script, String... words) throws IOException, InterruptedException {
        String line = String.join(" ", words);
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script + "; COMP_WORDS=(" + line + "); COMP_CWORD=" + (words.length - 1)
                                + "; COMP_LINE='" + line + "'; _complete_sally; echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return out;
    }

    private static String printed(String shell) {
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            assertThat(Sally.run("completion", shell)).isZero();
            return said.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(out);
        }
    }
}
