package dev.sallyport.cli.login;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.local.Home;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.kernel.Secret;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the command line keeps who is logged in: {@code $SALLYPORT_CONFIG}, else {@code sallyport} in
 * {@code $XDG_CONFIG_HOME} or {@code ~/.config}. The login is a file; its tokens are in the keyring, or, without one, in a
 * file beside it that only its owner may read.
 */
public final class Logins {

    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());

    private static final Duration LOCK_PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOCK_PAUSE = Duration.ofMillis(50);

    private final Home folder;
    private final Optional<Keyring> keyring;

    Logins(Path folder, Optional<Keyring> keyring) {
        this.folder = new Home(folder);
        this.keyring = keyring;
    }

    public static Logins fromEnvironment() {
        Map<String, String> environment = System.getenv();
        return new Logins(folder(environment), Keyring.find(environment, System.getProperty("os.name", "")));
    }

    /** The folder of the command line's own files. */
    public static Path folder(Map<String, String> environment) {
        String named = environment.getOrDefault("SALLYPORT_CONFIG", "");
        if (!named.isBlank()) {
            return Path.of(named).toAbsolutePath();
        }
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = config.isBlank() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(config);
        return base.resolve("sallyport").toAbsolutePath();
    }

    /** Who is logged in; empty when nobody is. */
    public Optional<Login> current() {
        return folder.read(file()).map(text -> {
            try {
                return JSON.readValue(text, Login.class);
            } catch (JsonProcessingException e) {
                throw new CommandFailure(ExitCode.LOGIN_NEEDED, file() + " is damaged; `sally login` makes it new");
            }
        });
    }

    /** The tokens first: a login without them would be worth nothing. @return whether the keyring has them */
    boolean keep(Login login, Tokens tokens) {
        boolean inKeyring = keep(login.apiUrl(), tokens);
        try {
            folder.writePrivately(file(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(login));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a login has no JSON form", e);
        }
        return inKeyring;
    }

    boolean keep(String account, Tokens tokens) {
        Secret text = tokens.written();
        folder.folder(".");
        if (keyring.isPresent() && keyring.get().put(account, text)) {
            remove(tokenFile());
            return true;
        }
        folder.writePrivately(tokenFile(), text.reveal());
        return false;
    }

    Optional<Tokens> tokens(String account) {
        return folder.read(tokenFile())
                .map(Secret::of)
                .or(() -> keyring.flatMap(ring -> ring.get(account)))
                .flatMap(Tokens::read);
    }

    /** Nobody is logged in afterwards. */
    void forget(String account) {
        keyring.ifPresent(ring -> ring.remove(account));
        remove(tokenFile());
        remove(file());
    }

    /**
     * Two commands at once must not both use up the same refresh token. Held until it is closed.
     *
     * @throws CommandFailure when another one holds it for too long
     */
    Closeable lock() {
        Path file = folder.folder(".").resolve("lock");
        long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            while (System.nanoTime() < deadline) {
                FileLock lock = tried(channel);
                if (lock != null) {
                    return channel;
                }
                Thread.sleep(LOCK_PAUSE);
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CommandFailure(ExitCode.FAILED, "another sally is renewing your login and does not end: " + file);
    }

    private static @Nullable FileLock tried(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // A thread of this process has it.
            return null;
        }
    }

    private Path file() {
        return folder.directory().resolve("login.json");
    }

    private Path tokenFile() {
        return folder.directory().resolve("tokens.json");
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }
}
