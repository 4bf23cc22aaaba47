package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that outlives the one that started it, is found again by its pid file, and writes to a log.
 *
 * <p>The pid file holds the pid and the instant at which that process began: a pid that the system gave to somebody else
 * since is not mistaken for ours.
 */
public final class DetachedProcess {

    private static final Duration POLL = Duration.ofMillis(25);

    private final ProcessHandle handle;
    private final Path pidFile;

    private DetachedProcess(ProcessHandle handle, Path pidFile) {
        this.handle = handle;
        this.pidFile = pidFile;
    }

    /**
     * Starts {@code command} in a session of its own, so that a Ctrl-C in the terminal does not reach it.
     *
     * @param log appended to; made when missing
     */
    public static DetachedProcess start(
            List<String> command, Map<String, String> environment, Path directory, Path pidFile, Path log) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            whole.add("/usr/bin/setsid");
        }
        whole.addAll(command);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Files.createDirectories(pidFile.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(whole)
                    .directory(directory.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            ProcessHandle handle = builder.start().toHandle();
            Files.writeString(
                    pidFile,
                    handle.pid() + " " + began(handle) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            return new DetachedProcess(handle, pidFile);
        } catch (IOException e) {
            throw new CannotStart("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /** The process that {@code pidFile} names, when it is alive and the very one that was started. */
    public static Optional<DetachedProcess> find(Path pidFile) {
        try {
            if (!Files.exists(pidFile)) {
                return Optional.empty();
            }
            String[] parts = Files.readString(pidFile).strip().split(" ");
            if (parts.length != 2) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(parts[0]))
                    .filter(ProcessHandle::isAlive)
                    .filter(handle -> began(handle).equals(parts[1]))
                    .map(handle -> new DetachedProcess(handle, pidFile));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pidFile, e);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    public long pid() {
        return handle.pid();
    }

    public boolean alive() {
        return handle.isAlive();
    }

    /** Asks it to end (SIGTERM), and after {@code patience} makes it (SIGKILL). Does nothing to one that has ended. */
    public void stop(Duration patience) {
        handle.destroy();
        if (!ended(patience)) {
            handle.descendants().forEach(ProcessHandle::destroyForcibly);
            handle.destroyForcibly();
            ended(Duration.ofSeconds(10));
        }
        forget();
    }

    /** SIGKILL, as a crash would be. */
    public void kill() {
        handle.destroyForcibly();
        ended(Duration.ofSeconds(10));
        forget();
    }

    /** Sends another signal, by its name without {@code SIG}. */
    public void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " exited with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until {@code ready}.
     *
     * @throws CannotStart when the process ended before, or the deadline passed
     */
    public void awaitReady(String name, Path log, Duration deadline, ReadyProbe ready) {
        Instant end = Instant.now().plus(deadline);
        while (true) {
            if (!alive()) {
                forget();
                throw CannotStart.withLog(name + " ended while it started", log);
            }
            if (ready.answers()) {
                return;
            }
            if (Instant.now().isAfter(end)) {
                stop(Duration.ofSeconds(5));
                throw CannotStart.withLog(name + " was not ready after " + deadline.toSeconds() + " s", log);
            }
            pause();
        }
    }

    /** Whether a server answers yet. */
    @FunctionalInterface
    public interface ReadyProbe {
        boolean answers();
    }

    private boolean ended(Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            return !handle.isAlive();
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + pidFile, e);
        }
    }

    private static String began(ProcessHandle handle) {
        return handle.info().startInstant().map(Instant::toString).orElse("-");
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted", e);
        }
    }
}
