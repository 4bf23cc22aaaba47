package dev.sallyport.cli.http;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.local.Home;
import dev.sallyport.cli.local.StackState;
import dev.sallyport.cli.local.TokenCommand;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which API a command talks to, and as whom: the local stack as its administrator, unless another is named. */
public final class ApiAccess {

    @Option(
            names = "--api-url",
            paramLabel = "URL",
            defaultValue = "${env:SALLYPORT_API_URL:-}",
            description = "the API (default: $SALLYPORT_API_URL, else the local stack)")
    private String url = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "a file with the bearer token (default: $SALLYPORT_TOKEN; not needed for the local stack)")
    private @Nullable Path tokenFile;

    @Option(
            names = "--as",
            paramLabel = "USER",
            description = "on the local stack: admin, engineer, approver or auditor (default: admin)")
    private @Nullable String localUser;

    /** @throws CommandFailure when there is neither a stack nor an address with a token */
    public Api api() {
        if (url.isBlank()) {
            Home home = Home.fromEnvironment();
            StackState state = StackState.running(home);
            return new Api(URI.create(state.apiUrl()), TokenCommand.mint(home, state, local()));
        }
        if (localUser != null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--as is for the local stack; " + url + " knows you by your token");
        }
        return new Api(address(), token());
    }

    /**
     * The calls of the notifier. With {@code --api-url} they go there too: whoever publishes the API publishes
     * {@code /api/webhooks} beside it.
     *
     * @throws CommandFailure when there is neither a stack nor an address with a token
     */
    public Api notifier() {
        if (url.isBlank()) {
            Home home = Home.fromEnvironment();
            StackState state = StackState.running(home);
            return new Api(URI.create("http://" + state.address("notifier")), TokenCommand.mint(home, state, local()));
        }
        return api();
    }

    private String local() {
        return localUser == null ? "admin" : localUser;
    }

    private URI address() {
        try {
            URI address = URI.create(url.strip());
            if ("https".equals(address.getScheme()) || "http".equals(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new CommandFailure(
                ExitCode.USAGE, "'" + url + "' is no address of an API: https://sallyport.example.com");
    }

    private Secret token() {
        String token = tokenFile == null ? System.getenv("SALLYPORT_TOKEN") : read(tokenFile);
        if (token == null || token.isBlank()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "the API at " + url + " wants a token: set SALLYPORT_TOKEN, or give --token-file");
        }
        return Secret.of(token.strip());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "cannot read the token in " + file);
        }
    }
}
