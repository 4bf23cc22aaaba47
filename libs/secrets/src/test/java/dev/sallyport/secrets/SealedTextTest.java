package dev.sallyport.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedTextTest {

    private static final Secret SECRET = Secret.of("canary-größer");

    @TempDir
    private Path folder;

    @Test
    void opensUnderItsOwnNameWithItsOwnKeysetOnly() {
        SealedText seal = SealedText.with(keyset("one"));
        byte[] sealed = seal.close("endpoint", SECRET);
        assertThat(seal.open("endpoint", sealed)).isEqualTo(SECRET);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("canary");
        assertThatThrownBy(() -> seal.open("another", sealed)).isInstanceOf(SecretStoreException.class);
        assertThatThrownBy(() -> SealedText.with(keyset("two")).open("endpoint", sealed))
                .hasMessageContaining("the secret endpoint does not open");
    }

    @Test
    void opensAfterItsKeysetWasRotated() {
        Path keyset = keyset("one");
        byte[] sealed = SealedText.with(keyset).close("endpoint", SECRET);
        Keyset.rotate(keyset);
        assertThat(SealedText.with(keyset).open("endpoint", sealed)).isEqualTo(SECRET);
    }

    private Path keyset(String name) {
        Path file = folder.resolve(name);
        Keyset.create(file);
        return file;
    }
}
