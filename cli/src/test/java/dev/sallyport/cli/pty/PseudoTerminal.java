package dev.sallyport.cli.pty;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code sally} in a process and a terminal of its own, as somebody sits before it: keys go in, what is drawn comes out. The
 * terminal is made by script(1).
 */
final class PseudoTerminal implements AutoCloseable {

    static final String UP = "\u001b[A";
    static final String DOWN = "\u001b[B";
    static final String ENTER = "\r";
    static final String CTRL_C = "\u0003";

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int COLUMNS = 160;
    private static final int ROWS = 30;
    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]|\u001b[=>()][0-9A-B]?|\r");

    private final Process process;
    private final StringBuilder drawn = new StringBuilder();
    private int read;

    private PseudoTerminal(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> copy(process.getInputStream()));
    }

    static PseudoTerminal run(Map<String, String> environment, String... arguments) throws IOException {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.sallyport.cli.Sally"));
        java.addAll(List.of(arguments));
        // Who runs the tests in the background has Ctrl-C ignored, and all that they start.
        String command = "stty cols " + COLUMNS + " rows " + ROWS + "; exec env --default-signal "
                + String.join(" ", java.stream().map(PseudoTerminal::quoted).toList());
        ProcessBuilder builder = new ProcessBuilder("script", "--quiet", "--return", "--command", command, "/dev/null")
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("TERM", "xterm-256color", "SHELL", "/bin/sh", "BROWSER", "none"));
        builder.environment().putAll(environment);
        return new PseudoTerminal(builder.start());
    }

    /** Waits for something behind what was waited for before. */
    Matcher awaits(String regex) {
        Pattern pattern = Pattern.compile(regex);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (drawn) {
            while (true) {
                String text = plain(drawn.toString());
                Matcher matcher = pattern.matcher(text);
                if (matcher.find(Math.min(read, text.length()))) {
                    read = matcher.end();
                    return matcher;
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("/" + regex + "/ was not drawn, but:\n" + text.substring(read));
                }
                try {
                    drawn.wait(left);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Everything that was drawn, without the escape sequences. */
    String screen() {
        synchronized (drawn) {
            return plain(drawn.toString());
        }
    }

    /** The same with them. */
    String raw() {
        synchronized (drawn) {
            return drawn.toString();
        }
    }

    void types(String keys) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write(keys.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end; it drew:\n" + screen());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void copy(InputStream from) {
        try (InputStream in = new BufferedInputStream(from)) {
            byte[] buffer = new byte[8_192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (drawn) {
                    drawn.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
                    drawn.notifyAll();
                }
            }
        } catch (IOException ended) {
            // So has the process.
        }
    }

    private static String plain(String text) {
        return ESCAPES.matcher(text).replaceAll("");
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
