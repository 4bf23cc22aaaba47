package dev.sallyport.clients.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tests that cannot end through the proxy as they end directly, each with the reason. In its file a reason begins a line, and
 * the tests that it is for follow, indented; one that ends with {@code *} means all tests that begin so.
 */
public final class Differences {

    private final Path file;
    private final Map<String, String> reasons;

    private Differences(Path file, Map<String, String> reasons) {
        this.file = file;
        this.reasons = reasons;
    }

    /** Those of {@code file}. */
    public static Differences read(Path file) {
        Map<String, String> reasons = new TreeMap<>();
        String reason = "";
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.isBlank()) {
                    reason = "";
                } else if (!line.startsWith(" ")) {
                    reason = (reason + " " + line).strip();
                } else if (reason.isEmpty() || reasons.put(line.strip(), reason) != null) {
                    throw new IllegalStateException(file + ": one reason is needed for " + line.strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Differences(file, reasons);
    }

    /** Says that the two runs had the same tests, and that those ended the same but for the listed ones, which did not. */
    public void check(SuiteReport direct, SuiteReport proxied) {
        TreeSet<String> tests = new TreeSet<>(direct.endings().keySet());
        tests.addAll(proxied.endings().keySet());
        List<String> unlisted = new ArrayList<>();
        TreeSet<String> used = new TreeSet<>();
        for (String test : tests) {
            Ending before = direct.endings().get(test);
            Ending after = proxied.endings().get(test);
            if (before != after) {
                String pattern = pattern(test);
                used.add(pattern);
                if (pattern.isEmpty()) {
                    unlisted.add(test + ": " + said(before, direct, test) + " directly, " + said(after, proxied, test)
                            + " through the proxy");
                }
            } else if (!pattern(test).isEmpty()) {
                unlisted.add(test + " is in " + file + " and ends the same on both ways");
            }
        }
        assertThat(unlisted).as("tests that end differently").isEmpty();
        assertThat(reasons.keySet()).as("tests of " + file + " that were run").isSubsetOf(used);
    }

    private static String said(@Nullable Ending ending, SuiteReport report, String test) {
        return (ending == null ? "not run" : ending.name())
                + report.messages()
                        .getOrDefault(test, "")
                        .lines()
                        .findFirst()
                        .map(line -> " (" + line + ")")
                        .orElse("");
    }

    private String pattern(String test) {
        return reasons.keySet().stream()
                .filter(each ->
                        each.endsWith("*") ? test.startsWith(each.substring(0, each.length() - 1)) : test.equals(each))
                .findFirst()
                .orElse("");
    }
}
