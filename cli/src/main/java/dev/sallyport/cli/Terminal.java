package dev.sallyport.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whether somebody sits there, and what they say. */
public final class Terminal {

    private static final int MAX_SECRET_BYTES = 8_192;

    /** Whether questions can be asked and lines written over. */
    public static boolean interactive() {
        return console().isPresent();
    }

    /** The answer to a question; empty when nobody is there, or the input ended. */
    public static Optional<String> ask(String question) {
        return console()
                .flatMap(console -> Optional.ofNullable(console.readLine("%s", question)))
                .map(String::strip);
    }

    /** Whether the answer is yes. */
    public static boolean agrees(String question) {
        return ask(question + " [y/N] ")
                .filter(answer -> answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"))
                .isPresent();
    }

    /** What is typed without being shown; from the standard input when that is no terminal. Empty when there is nothing. */
    public static Optional<String> secret(String question) {
        Optional<Console> console = console();
        if (console.isPresent()) {
            return Optional.ofNullable(console.get().readPassword("%s", question))
                    .map(String::new);
        }
        try {
            byte[] line = System.in.readNBytes(MAX_SECRET_BYTES);
            return new String(line, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .findFirst();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "the standard input cannot be read");
        }
    }

    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    private Terminal() {}
}
