package dev.sallyport.cli.demo;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens and checks it: chapters with facts below them. A fact that does not hold ends the story with exit code
 * 5 and says what was expected.
 */
public final class Story {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PrintStream out;
    private int chapter;
    private int checks;

    public Story(PrintStream out) {
        this.out = out;
    }

    /** Begins the next chapter. */
    public void chapter(String title) {
        chapter++;
        out.printf("%n%d. %s%n", chapter, title);
    }

    /** Tells a fact. */
    public void tell(String fact, Object... arguments) {
        out.println("   " + fact.formatted(arguments));
    }

    /** Tells a fact that must hold. */
    public void check(boolean holds, String fact, Object... arguments) {
        if (!holds) {
            throw new CommandFailure(ExitCode.STORY_FAILED, "this does not hold: " + fact.formatted(arguments));
        }
        checks++;
        out.println("   ✓ " + fact.formatted(arguments));
    }

    /** Waits until {@code found} gives something, at most {@code limit}. */
    public <T> T await(String what, Duration limit, Supplier<@Nullable T> found) {
        Instant deadline = Instant.now().plus(limit);
        while (true) {
            T value = found.get();
            if (value != null) {
                return value;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new CommandFailure(
                        ExitCode.STORY_FAILED, "waited " + limit.toSeconds() + " s in vain until " + what);
            }
            pause();
        }
    }

    /** What a failure says, its first line. */
    static String firstLine(Exception failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    /** How many facts were checked. */
    public int checks() {
        return checks;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }
}
