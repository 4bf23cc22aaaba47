package dev.sallyport.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.cli.CommandFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {

    @TempDir
    private Path folder;

    @Test
    void theHomeAndWhatIsWrittenPrivatelyBelongToTheirOwnerAlone() throws Exception {
        Home home = new Home(folder.resolve("home"));
        Path file = home.folder("keys").resolve("key");

        home.writePrivately(file, "secret");

        assertThat(home.read(file)).contains("secret");
        assertThat(permissions(home.directory())).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void settingsAreMadeOnceAndPrintNothing() {
        Home home = new Home(folder);
        LocalSettings first = LocalSettings.of(home);
        assertThat(LocalSettings.of(home)).isEqualTo(first);
        assertThat(first.toString()).doesNotContain(first.secretAccessKey()).doesNotContain(first.webhookSecret());
    }

    @Test
    void damagedSettingsAreNamedWithWhatToDo() {
        Home home = new Home(folder);
        home.writePrivately(home.folder(".").resolve("settings.json"), "{");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> LocalSettings.of(home))
                .withMessageContaining("settings.json is damaged; remove it");
    }

    @Test
    void twoCommandsNeverChangeOneStackAtOnce() throws Exception {
        Home home = new Home(folder);
        try (FileLock lock = home.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatExceptionOfType(Exception.class).isThrownBy(home::lock);
        }
        try (FileLock again = home.lock()) {
            assertThat(again.isValid()).isTrue();
        }
    }

    @Test
    void aPortThatIsTakenIsShiftedUnlessItsOwnPartHoldsIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Map<String, Integer> before = Map.of("api", taken.getLocalPort(), Ports.PROXY_MYSQL, taken.getLocalPort());

            assertThat(Ports.choose(before, Set.of()).of(PartName.API)).isNotEqualTo(taken.getLocalPort());
            assertThat(Ports.choose(before, Set.of("api")).of(PartName.API)).isEqualTo(taken.getLocalPort());
            assertThat(Ports.choose(before, Set.of("db-proxy")).of(Ports.PROXY_MYSQL))
                    .isEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void noTwoPartsGetTheSamePort() {
        Map<String, Integer> ports = Ports.choose(Map.of(), Set.of()).all();
        assertThat(ports.values()).doesNotHaveDuplicates().hasSize(PartName.values().length + 8);
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theKeysOfTunnelsAreMadeOnceAndPrivate() throws Exception {
        Home home = new Home(folder);
        TunnelKeys keys = TunnelKeys.of(home);
        String first = Files.readString(keys.signing());
        assertThat(first).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(Files.readString(keys.verifying())).startsWith("-----BEGIN PUBLIC KEY-----\n");
        assertThat(permissions(keys.signing())).isEqualTo("rw-------");
        assertThat(Files.readString(TunnelKeys.of(home).signing())).isEqualTo(first);
    }
}
