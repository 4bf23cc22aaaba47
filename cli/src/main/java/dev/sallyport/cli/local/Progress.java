package dev.sallyport.cli.local;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** A line per part, when it is ready. Lines of parts that start side by side never mix. */
final class Progress {

    private final PrintStream out;

    Progress(PrintStream out) {
        this.out = out;
    }

    <T> T part(PartName part, String address, Callable<T> start) throws RuntimeException {
        Instant began = Instant.now();
        try {
            T started = start.call();
            line("✓ %-28s %-18s %5.1f s", part.title(), address, seconds(began));
            return started;
        } catch (RuntimeException e) {
            line("✗ %-28s %-18s", part.title(), address);
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void stopping(PartName part, Runnable stop) {
        Instant began = Instant.now();
        stop.run();
        line("stopped %-28s %5.1f s", part.title(), seconds(began));
    }

    private void line(String format, Object... arguments) {
        String text = format.formatted(arguments);
        synchronized (out) {
            out.println("  " + text);
        }
    }

    private static double seconds(Instant began) {
        return Duration.between(began, Instant.now()).toMillis() / 1000.0;
    }
}
