package dev.sallyport.cli.login;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sally logout}. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        description = "Forgets your login here, and tells the issuer that its refresh token is worth nothing any more.",
        footer = {"", "Example:", "  sally logout"})
public final class LogoutCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Logins logins = Logins.fromEnvironment();
        Optional<Login> login = logins.current();
        if (login.isEmpty()) {
            Notice.info("Nobody is logged in.");
            return ExitCode.OK.number();
        }
        Optional<Tokens> tokens = logins.tokens(login.get().apiUrl());
        logins.forget(login.get().apiUrl());
        tokens.flatMap(Tokens::refresh).ifPresent(refresh -> revoke(login.get(), refresh.reveal()));
        Notice.done(login.get().person() + " is logged out of " + login.get().apiUrl());
        return ExitCode.OK.number();
    }

    /** RFC 7009. It is forgotten here whatever the issuer says. */
    private static void revoke(Login login, String refresh) {
        try {
            Issuer.at(login.issuer())
                    .optional("revocation_endpoint")
                    .ifPresent(endpoint -> Issuer.post(
                            endpoint,
                            Map.of(
                                    "token",
                                    refresh,
                                    "token_type_hint",
                                    "refresh_token",
                                    "client_id",
                                    login.clientId())));
        } catch (CommandFailure unreachable) {
            Notice.attention("The issuer was not told: " + unreachable.getMessage());
        }
    }
}
