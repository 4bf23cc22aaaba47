package dev.sallyport.cli;

import java.io.PrintStream;

/**
 * A line that says what is waited for, and that we still wait. On a terminal it turns and is wiped away at the end; elsewhere
 * each new text is a line of its own. A daemon thread of its own draws it.
 */
public final class Spinner implements AutoCloseable {

    private static final String[] TURNS = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long TURN_MILLIS = 100;
    private static final int WIDTH = 76;
    private static final String WIPE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private final Object lock = new Object();
    private String text;
    private boolean closed;

    private Spinner(PrintStream out, boolean terminal, String text) {
        this.out = out;
        this.terminal = terminal;
        this.text = text;
    }

    /** Begins to turn on the standard error. */
    public static Spinner saying(String text) {
        Spinner spinner = new Spinner(System.err, Terminal.interactive(), text);
        if (spinner.terminal) {
            Thread.ofVirtual().name("spinner").start(spinner::turn);
        } else {
            spinner.out.println(text);
        }
        return spinner;
    }

    /** What is waited for now. */
    public void say(String newText) {
        synchronized (lock) {
            if (!terminal && !newText.equals(text)) {
                out.println(newText);
            }
            text = newText;
        }
    }

    /** Wipes the line away; once. */
    @Override
    public void close() {
        synchronized (lock) {
            if (terminal && !closed) {
                out.print(WIPE);
                out.flush();
            }
            closed = true;
        }
    }

    /** A line that runs over would stay behind. */
    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
    }

    private void turn() {
        for (int at = 0; ; at++) {
            synchronized (lock) {
                if (closed) {
                    return;
                }
                out.print(WIPE + TURNS[at % TURNS.length] + " " + cut(text));
                out.flush();
            }
            try {
                Thread.sleep(TURN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
