package dev.sallyport.auditstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT 1",
                "a\0b",
                "\0",
                "\u001A",
                "\u001A0",
                "\u001A\0\u001A\u001A",
                "ends in \u001A",
                "größer \uD83D\uDEAA"
            })
    void givesBackWhatWasStoredWithoutEverHoldingANul(String text) {
        String stored = StoredText.encode(text);
        assertThat(stored).doesNotContain("\0");
        assertThat(StoredText.decode(stored)).isEqualTo(text);
    }
}
