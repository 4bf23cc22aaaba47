package dev.sallyport.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.cli.local.Home;
import dev.sallyport.cli.local.StackState;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sally login}. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Logs you in, by your browser. Commands act as you from then on, until `sally logout`.",
            "",
            "Tokens are kept in the keyring of your system (secret-tool, or macOS's security) when there is one,"
                    + " else in a file that only you can read, and are renewed by themselves."
        },
        footer = {
            "",
            "Environment: SALLYPORT_API_URL, SALLYPORT_ISSUER, SALLYPORT_CLIENT_ID; SALLYPORT_CONFIG names the folder"
                    + " (~/.config/sallyport);",
            "             SALLYPORT_KEYRING=off keeps tokens in the file; BROWSER=none opens none.",
            "",
            "Exit codes: 0 logged in, 3 the API or the issuer cannot be reached, 7 refused, 9 nobody logged in in time.",
            "",
            "Examples:",
            "  sally login --api-url https://sallyport.example.com",
            "  sally login --device                     no browser on this machine",
            "  sally login                              on the local stack, or again"
        })
public final class LoginCommand implements Callable<Integer> {

    @Option(
            names = "--api-url",
            paramLabel = "URL",
            defaultValue = "${env:SALLYPORT_API_URL:-}",
            description = "the API (default: $SALLYPORT_API_URL, else where you were logged in, else the local stack)")
    private String url = "";

    @Option(names = "--device", description = "show a code to type into a browser anywhere (RFC 8628)")
    private boolean device;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            defaultValue = "${env:SALLYPORT_ISSUER:-}",
            description = "the OpenID Connect issuer (default: as the API says)")
    private String issuer = "";

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            defaultValue = "${env:SALLYPORT_CLIENT_ID:-}",
            description = "what the issuer knows this command line as (default: as the API says)")
    private String clientId = "";

    @Override
    public Integer call() {
        Logins logins = Logins.fromEnvironment();
        URI address = address(logins);
        JsonNode settings = Api.open(address, "/api/.well-known/sallyport");
        Issuer at = Issuer.at(issuer.isBlank() ? settings.path("issuer").asText() : issuer.strip());
        Client client = new Client(
                clientId.isBlank() ? settings.path("client_id").asText() : clientId.strip(),
                settings.path("scopes").asText("openid"),
                text(settings, "audience"));
        Instant now = Instant.now();
        Tokens tokens = Tokens.of(answered(at, client), now, Optional.empty());
        JsonNode person = whoami(address, tokens.access());
        Login login = new Login(
                address.toString(), at.url(), client.id(), person.path("name").asText());
        boolean inKeyring = logins.keep(login, tokens);
        Notice.done("You are " + login.person() + " at " + login.apiUrl()
                + (inKeyring ? "; the keyring has your tokens" : "; your tokens are in a file that only you can read"));
        return ExitCode.OK.number();
    }

    private JsonNode answered(Issuer at, Client client) {
        DesktopBrowser browser = new DesktopBrowser(System.getenv(), System.getProperty("os.name", ""));
        boolean byDevice = device
                || (!browser.present()
                        && at.optional("device_authorization_endpoint").isPresent()
                        && System.getenv("SSH_CONNECTION") != null);
        return byDevice
                ? new DeviceFlow(at, client, Clock.systemUTC()).tokens()
                : new BrowserFlow(at, client, browser).tokens();
    }

    private static JsonNode whoami(URI address, Secret token) {
        Api.Answer answer = new Api(address, token).exchange("GET", "/api/whoami", null);
        if (answer.status() == 401) {
            throw new CommandFailure(
                    ExitCode.LOGIN_NEEDED,
                    "the issuer logged you in, but the API does not take its token: its audience has to be 'sallyport'"
                            + " (sallyport.login.audience)");
        }
        return Api.expectSuccess("/api/whoami", answer);
    }

    private URI address(Logins logins) {
        if (!url.isBlank()) {
            return ApiAccess.address(url);
        }
        return logins.current()
                .map(Login::apiUrl)
                .or(() -> StackState.of(Home.fromEnvironment()).map(StackState::apiUrl))
                .map(ApiAccess::address)
                .orElseThrow(() ->
                        new CommandFailure(ExitCode.USAGE, "which API? give --api-url https://sallyport.example.com"));
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).asText() : null;
    }
}
