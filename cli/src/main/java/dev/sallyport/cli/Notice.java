package dev.sallyport.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * Lines for whoever sits there: {@code [i]} tells, {@code [✔]} is done, {@code [!]} asks for attention. They go to the
 * standard error, so that what a command prints can be piped. Coloured on a terminal, unless {@code NO_COLOR} is set
 * (no-color.org) or the terminal is dumb.
 */
public final class Notice {

    private static final String RESET = "\u001b[0m";

    private enum Kind {
        INFO("[i]", "\u001b[36m"),
        DONE("[✔]", "\u001b[32m"),
        ATTENTION("[!]", "\u001b[33m");

        private final String mark;
        private final String colour;

        Kind(String mark, String colour) {
            this.mark = mark;
            this.colour = colour;
        }
    }

    public static void info(String text) {
        say(System.err, Kind.INFO, text);
    }

    public static void done(String text) {
        say(System.err, Kind.DONE, text);
    }

    public static void attention(String text) {
        say(System.err, Kind.ATTENTION, text);
    }

    /** The same as {@link #info}, as the result of a command. */
    public static void result(String text) {
        say(System.out, Kind.INFO, text);
    }

    private static synchronized void say(PrintStream out, Kind kind, String text) {
        out.println((coloured() ? kind.colour + kind.mark + RESET : kind.mark) + " " + text);
        out.flush();
    }

    /** Whether what is printed may have colours. */
    public static boolean coloured() {
        return Terminal.interactive() && coloured(System.getenv());
    }

    static boolean coloured(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    private Notice() {}
}
