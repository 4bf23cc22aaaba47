package dev.sallyport.cli.login;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.kernel.Secret;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The access token of a login, renewed without a word when it is nearly over (RFC 6749 section 6). */
public final class LoggedIn implements Supplier<Secret> {

    private final Logins logins;
    private final Login login;
    private final InstantSource clock;
    private Optional<Tokens> held = Optional.empty();

    LoggedIn(Logins logins, Login login, InstantSource clock) {
        this.logins = logins;
        this.login = login;
        this.clock = clock;
    }

    /** @param login of {@link Logins#current} */
    public static LoggedIn of(Login login) {
        return new LoggedIn(Logins.fromEnvironment(), login, Clock.systemUTC());
    }

    /** @throws CommandFailure when the login is over: then one logs in again */
    @Override
    public synchronized Secret get() {
        Instant now = clock.instant();
        if (held.isEmpty() || !held.get().good(now)) {
            held = Optional.of(fresh(now));
        }
        return held.get().access();
    }

    private Tokens fresh(Instant now) {
        Tokens kept = kept();
        if (kept.good(now)) {
            return kept;
        }
        try (Closeable turn = logins.lock()) {
            assert turn != null;
            // Another command may have renewed them while we waited.
            Tokens newest = kept();
            return newest.good(now) ? newest : renewed(newest, now);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot let go of the lock of the login", e);
        }
    }

    private Tokens kept() {
        return logins.tokens(login.apiUrl()).orElseThrow(() -> over("the tokens of your login are gone"));
    }

    private Tokens renewed(Tokens kept, Instant now) {
        if (kept.refresh().isEmpty()) {
            if (kept.over(now)) {
                throw over("your login at " + login.apiUrl() + " is over");
            }
            return kept;
        }
        Issuer issuer = Issuer.at(login.issuer());
        Issuer.Answer answer = Issuer.post(
                issuer.endpoint("token_endpoint", "log in again"),
                Map.of(
                        "grant_type", "refresh_token",
                        "refresh_token", kept.refresh().get().reveal(),
                        "client_id", login.clientId()));
        if (!answer.ok()) {
            throw over("your login at " + login.apiUrl() + " is over (" + answer.described() + ")");
        }
        Tokens renewed = Tokens.of(answer.body(), now, Optional.of(kept));
        logins.keep(login.apiUrl(), renewed);
        return renewed;
    }

    private static CommandFailure over(String what) {
        return new CommandFailure(ExitCode.LOGIN_NEEDED, what + ": `sally login`");
    }
}
