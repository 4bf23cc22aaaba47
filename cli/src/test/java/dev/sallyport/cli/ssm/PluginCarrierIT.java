package dev.sallyport.cli.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.cli.ssm.channel.SsmFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How AWS's plugin is run; a script stands for it, and writes down what it was given. */
class PluginCarrierIT {

    @TempDir
    private Path folder;

    private Path plugin;

    @BeforeEach
    void script() throws IOException {
        plugin = folder.resolve("session-manager-plugin");
        write(
                "1.2.650.0",
                "echo; echo \"Port 45678 opened for sessionId alice-0123.\"; echo 'Waiting for connections...'; exec sleep 60");
    }

    @Test
    void givesThePluginWhatTheAwsCliGivesItAndNoSecretInItsArguments() throws Exception {
        try (PlayedTask task = new PlayedTask(folder, socket -> {})) {
            PluginCarrier carrier = PluginCarrier.open(
                    plugin.toString(), task.ticket(), PlayedTask.keys(), task.settings(), task.listener);

            assertThat(carrier.address().getPort()).isEqualTo(45_678);
            assertThat(carrier.tls()).isFalse();
            String arguments = Files.readString(folder.resolve("arguments"));
            assertThat(arguments.lines())
                    .containsExactly(
                            "AWS_SSM_START_SESSION_RESPONSE",
                            "eu-west-1",
                            "StartSession",
                            "",
                            arguments.lines().skip(4).findFirst().orElseThrow(),
                            task.aws.endpoint());
            assertThat(arguments).contains("\"Target\":\"" + task.ticket().target() + "\"");
            String environment = Files.readString(folder.resolve("environment"));
            assertThat(environment)
                    .contains(
                            "\"SessionId\":\"" + task.session().id() + "\"",
                            "TokenValue",
                            "StreamUrl",
                            "AWS_ACCESS_KEY_ID=AKIASALLYPORT1");

            carrier.close();

            assertThat(task.session().endedAt()).isPresent();
            await().untilAsserted(() -> assertThat(task.ends).contains("passing: session-manager-plugin ended"));
        }
    }

    @Test
    void saysThatThereIsNoPlugin() throws Exception {
        refused(folder.resolve("none"), "there is no program");
    }

    @Test
    void saysThatThePluginIsTooOld() throws Exception {
        write("1.2.497.0", "exit 0");

        refused(plugin, "1.2.536.0 or later is needed");
    }

    @Test
    void saysWhatThePluginSaidLast() throws Exception {
        write("1.2.650.0", "echo 'Cannot perform start session: EOF'; exit 1");

        refused(plugin, "Cannot perform start session: EOF");
    }

    private void refused(Path program, String why) throws Exception {
        try (PlayedTask task = new PlayedTask(folder, socket -> {})) {
            assertThatExceptionOfType(SsmFailure.class)
                    .isThrownBy(() -> PluginCarrier.open(
                            program.toString(), task.ticket(), PlayedTask.keys(), task.settings(), task.listener))
                    .withMessageContaining(why);
        }
    }

    private void write(String version, String run) throws IOException {
        Files.writeString(
                plugin, """
                #!/bin/sh
                if [ "$1" = --version ]; then echo %s; exit 0; fi
                for argument in "$@"; do printf '%%s\\n' "$argument"; done > %s
                env > %s
                %s
                """.formatted(version, folder.resolve("arguments"), folder.resolve("environment"), run));
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    }
}
