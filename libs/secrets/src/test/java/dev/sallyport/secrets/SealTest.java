package dev.sallyport.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {

    private static final Map<String, Secret> ENTRIES =
            Map.of("USER", Secret.of("hoop_ro"), "PASSWORD", Secret.of("pass-word ' \u00e9 \ud83d\udd11"));

    @TempDir
    Path folder;

    private Path file;
    private Seal seal;

    @BeforeEach
    void makeKeyset() {
        file = folder.resolve("keyset.json");
        Keyset.create(file);
        seal = new Seal(Keyset.open(file));
    }

    @Test
    void opensWhatItSealed() {
        byte[] sealed = seal.close("a", Slot.CURRENT, ENTRIES);
        assertThat(seal.open("a", Slot.CURRENT, sealed)).isEqualTo(ENTRIES);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("pass-word", "hoop_ro");
    }

    @Test
    void opensNothingUnderAnotherIdOrSlot() {
        byte[] sealed = seal.close("a", Slot.PENDING, ENTRIES);
        assertRefused(() -> seal.open("b", Slot.PENDING, sealed), "b (pending)");
        assertRefused(() -> seal.open("a", Slot.CURRENT, sealed), "a (current)");
    }

    @Test
    void opensNothingThatWasChangedByOneBit() {
        byte[] sealed = seal.close("a", Slot.CURRENT, ENTRIES);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertRefused(() -> seal.open("a", Slot.CURRENT, changed), "its row was changed");
        }
    }

    @Test
    void opensWhatWasSealedBeforeARotation() {
        byte[] before = seal.close("a", Slot.CURRENT, ENTRIES);
        Keyset.rotate(file);
        Seal rotated = new Seal(Keyset.open(file));
        assertThat(rotated.open("a", Slot.CURRENT, before)).isEqualTo(ENTRIES);
        byte[] after = rotated.close("a", Slot.CURRENT, ENTRIES);
        assertRefused(() -> seal.open("a", Slot.CURRENT, after), "another keyset sealed it");
    }

    @Test
    void takesAsManyEntriesAndBytesAsAllowedAndNotOneMore() {
        Map<String, Secret> entries = new HashMap<>();
        for (int i = 0; i < Seal.MAX_ENTRIES; i++) {
            entries.put("E" + i, Secret.of("v"));
        }
        entries.put("E0", Secret.of("x".repeat(Seal.MAX_TEXT_BYTES)));
        assertThat(seal.open("a", Slot.CURRENT, seal.close("a", Slot.CURRENT, entries)))
                .isEqualTo(entries);

        assertRefused(
                () -> seal.close("a", Slot.CURRENT, Map.of("E", Secret.of("x".repeat(Seal.MAX_TEXT_BYTES + 1)))),
                "more than 65536 bytes");
        entries.put("ONE_MORE", Secret.of("v"));
        assertRefused(() -> seal.close("a", Slot.CURRENT, entries), "65 entries, more than 64");
    }

    private static void assertRefused(Runnable call, String message) {
        assertThatExceptionOfType(SecretStoreException.class)
                .isThrownBy(call::run)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.transientFailure()).isFalse())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pass-word"));
    }
}
