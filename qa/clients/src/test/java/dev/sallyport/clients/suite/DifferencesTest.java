package dev.sallyport.clients.suite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifferencesTest {

    private static final SuiteReport DIRECT =
            report(Map.of("A#one()", Ending.PASSED, "A#two()", Ending.PASSED, "B#one()", Ending.SKIPPED));
    private static final SuiteReport PROXIED =
            report(Map.of("A#one()", Ending.FAILED, "A#two()", Ending.FAILED, "B#one()", Ending.SKIPPED));

    @TempDir
    Path folder;

    private static SuiteReport report(Map<String, Ending> endings) {
        return new SuiteReport(endings, Map.of());
    }

    private Differences listed(String... lines) throws IOException {
        return Differences.read(Files.writeString(folder.resolve("differences.txt"), String.join("\n", lines)));
    }

    @Test
    void takesTheListedDifferences() throws IOException {
        Differences each = listed("Such is life.", "  A#one()", "  A#two()");
        Differences all = listed("Such", "is life.", "  A#*");

        assertThatCode(() -> each.check(DIRECT, PROXIED)).doesNotThrowAnyException();
        assertThatCode(() -> all.check(DIRECT, PROXIED)).doesNotThrowAnyException();
    }

    @Test
    void refusesATestThatIsNotListed() throws IOException {
        Differences differences = listed("Such is life.", "  A#one()");

        assertThatThrownBy(() -> differences.check(DIRECT, PROXIED))
                .hasMessageContaining("A#two(): PASSED directly, FAILED through the proxy");
    }

    @Test
    void refusesATestThatOneRunLacks() throws IOException {
        Differences differences = listed("Such is life.", "  A#*");

        assertThatThrownBy(() -> differences.check(DIRECT, report(Map.of("A#one()", Ending.FAILED))))
                .hasMessageContaining("B#one(): SKIPPED directly, not run through the proxy");
    }

    @Test
    void refusesAListedTestThatEndsTheSame() throws IOException {
        Differences differences = listed("Such is life.", "  A#*", "  B#one()");

        assertThatThrownBy(() -> differences.check(DIRECT, PROXIED))
                .hasMessageContaining("B#one() is in")
                .hasMessageContaining("and ends the same on both ways");
    }

    @Test
    void refusesAListedTestThatIsNoMore() throws IOException {
        Differences differences = listed("Such is life.", "  A#*", "  C#one()");

        assertThatThrownBy(() -> differences.check(DIRECT, PROXIED)).hasMessageContaining("C#one()");
    }

    @Test
    void refusesATestWithoutAReason() {
        assertThatThrownBy(() -> listed("Such is life.", "  A#one()", "", "  A#two()"))
                .hasMessageContaining("one reason is needed for A#two()");
    }
}
