package dev.sallyport.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysetTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("keyset.json");
    }

    @Test
    void makesAFileThatOnlyItsOwnerReads() throws IOException {
        assertThat(Keyset.create(file)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining(f -> !f.equals(file));
    }

    @Test
    void keepsAKeysetThatIsThere() throws IOException {
        Keyset.create(file);
        String made = Files.readString(file);
        assertThat(Keyset.create(file)).isFalse();
        assertThat(file).hasContent(made);
    }

    @Test
    void keepsItsPermissionsWhenRotated() throws IOException {
        Keyset.create(file);
        Keyset.rotate(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
    void refusesAFileWithLoosePermissions(String permissions) throws IOException {
        Keyset.create(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertRefused("only its owner may read it (chmod 600)");
    }

    @Test
    void refusesAFileThatIsMissing() {
        assertRefused("does not exist");
    }

    @Test
    void refusesAFileThatIsNoKeysetWithoutQuotingIt() throws IOException {
        Files.writeString(file, "{\"canary-1234\": 1}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatExceptionOfType(SecretStoreException.class)
                .isThrownBy(() -> Keyset.open(file))
                .withMessageStartingWith("cannot read the keyset " + file)
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(SecretStoreException.class)
                .isThrownBy(() -> Keyset.open(file))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.transientFailure()).isFalse());
    }
}
