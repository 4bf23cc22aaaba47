package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A part did not start: the message says which, why, where its log is and how that ends. */
public final class CannotStart extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int LINES_SHOWN = 12;
    private static final int BYTES_READ = 16_384;

    public CannotStart(String message) {
        super(message);
    }

    public CannotStart(String message, Throwable cause) {
        super(message, cause);
    }

    /** For a part that left a log. */
    public static CannotStart withLog(String message, Path log) {
        return new CannotStart(message + "; its log is " + log + lastLines(log));
    }

    private static String lastLines(Path log) {
        try {
            byte[] all = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
            int from = Math.max(0, all.length - BYTES_READ);
            List<String> lines = new String(all, from, all.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (lines.isEmpty()) {
                return " (empty)";
            }
            return " and ends so:\n  "
                    + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return " (unreadable: " + e.getMessage() + ")";
        }
    }
}
