package dev.sallyport.cli;

import java.util.List;
import org.jline.utils.Signals;

/**
 * Ctrl-C, and being asked to end, interrupt one thread, which then ends in its own way; until it is closed. The second time
 * the process ends at once.
 */
public final class OnCtrlC implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private final List<Object> before;
    private volatile boolean pressed;

    private OnCtrlC(Thread thread) {
        this.before = SIGNALS.stream()
                .map(signal -> Signals.register(signal, () -> press(thread)))
                .toList();
    }

    /** From now on this thread is interrupted instead of the process ended. */
    public static OnCtrlC interrupts() {
        return new OnCtrlC(Thread.currentThread());
    }

    private void press(Thread thread) {
        if (pressed) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
        }
        pressed = true;
        thread.interrupt();
    }

    /** Whether somebody did. */
    public boolean pressed() {
        return pressed;
    }

    @Override
    public void close() {
        for (int at = 0; at < SIGNALS.size(); at++) {
            Signals.unregister(SIGNALS.get(at), before.get(at));
        }
    }
}
