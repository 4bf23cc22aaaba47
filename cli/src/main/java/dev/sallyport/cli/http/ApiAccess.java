package dev.sallyport.cli.http;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.local.Home;
import dev.sallyport.cli.local.StackState;
import dev.sallyport.cli.local.TokenCommand;
import dev.sallyport.cli.login.LoggedIn;
import dev.sallyport.cli.login.Login;
import dev.sallyport.cli.login.Logins;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which API a command talks to, and as whom: the one that is named with its token; else where somebody is logged in; else the
 * local stack as its administrator.
 */
public final class ApiAccess {

    @Option(
            names = "--api-url",
            paramLabel = "URL",
            defaultValue = "${env:SALLYPORT_API_URL:-}",
            description = "the API (default: $SALLYPORT_API_URL, else where you are logged in, else the local stack)")
    private String url = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "a file with the bearer token (default: $SALLYPORT_TOKEN, else that of your login)")
    private @Nullable Path tokenFile;

    @Option(
            names = "--as",
            paramLabel = "USER",
            description = "on the local stack, without a login: admin (default), engineer, approver or auditor")
    private @Nullable String localUser;

    /** @throws CommandFailure when there is neither a login, nor a stack, nor an address with a token */
    public Api api() {
        if (!url.isBlank()) {
            return elsewhere();
        }
        return login().map(ApiAccess::loggedIn).orElseGet(() -> {
            Home home = Home.fromEnvironment();
            StackState state = StackState.running(home);
            return new Api(URI.create(state.apiUrl()), TokenCommand.mint(home, state, local()));
        });
    }

    /**
     * The calls of the notifier. Beside an API that is published they go there too: whoever publishes it publishes
     * {@code /api/webhooks} beside it. On the local stack the notifier has an address of its own.
     *
     * @throws CommandFailure when there is neither a login, nor a stack, nor an address with a token
     */
    public Api notifier() {
        if (!url.isBlank()) {
            return elsewhere();
        }
        Home home = Home.fromEnvironment();
        Optional<Login> login = login();
        Optional<StackState> here = StackState.of(home)
                .filter(state -> login.isEmpty() || login.get().apiUrl().equals(state.apiUrl()));
        if (here.isEmpty() && login.isPresent()) {
            return loggedIn(login.get());
        }
        StackState state = here.orElseGet(() -> StackState.running(home));
        URI address = URI.create("http://" + state.address("notifier"));
        return login.isPresent()
                ? new Api(address, LoggedIn.of(login.get()))
                : new Api(address, TokenCommand.mint(home, state, local()));
    }

    /** Where all of AWS is, when the API is that of the local stack; empty for AWS itself. */
    public Optional<URI> awsStandIn() {
        return StackState.of(Home.fromEnvironment())
                .filter(state -> url.isBlank()
                        ? login().map(Login::apiUrl).orElse(state.apiUrl()).equals(state.apiUrl())
                        : address(url).toString().equals(state.apiUrl()))
                .map(state -> URI.create(state.awsEndpoint()));
    }

    /** A local user is who {@code --as} says; else whoever is logged in is. */
    private Optional<Login> login() {
        return localUser == null ? Logins.fromEnvironment().current() : Optional.empty();
    }

    private static Api loggedIn(Login login) {
        return new Api(URI.create(login.apiUrl()), LoggedIn.of(login));
    }

    private String local() {
        return localUser == null ? "admin" : localUser;
    }

    private Api elsewhere() {
        if (localUser != null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--as is for the local stack; " + url + " knows you by your token");
        }
        URI address = address(url);
        String given = tokenFile == null ? System.getenv("SALLYPORT_TOKEN") : read(tokenFile);
        if (given != null && !given.isBlank()) {
            return new Api(address, Secret.of(given.strip()));
        }
        return Logins.fromEnvironment()
                .current()
                .filter(login -> login.apiUrl().equals(address.toString()))
                .map(ApiAccess::loggedIn)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.LOGIN_NEEDED,
                        "nobody is logged in at " + address + ": `sally login --api-url " + address
                                + "`; scripts set SALLYPORT_TOKEN, or give --token-file"));
    }

    /**
     * An address as somebody gave it, without a slash at its end.
     *
     * @throws CommandFailure when it is none
     */
    public static URI address(String url) {
        try {
            URI address = URI.create(url.strip().replaceAll("/+$", ""));
            if (("https".equals(address.getScheme()) || "http".equals(address.getScheme()))
                    && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new CommandFailure(
                ExitCode.USAGE, "'" + url + "' is no address of an API: https://sallyport.example.com");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "cannot read the token in " + file);
        }
    }
}
