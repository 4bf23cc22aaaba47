package dev.sallyport.cli.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The flows of a native app against the local issuer, with somebody at a browser. */
class FlowsTest {

    private static final Client SALLY = new Client("sallyport-cli", "openid offline_access", null);

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") LocalIssuer issuer;
    private @SuppressWarnings("NullAway.Init") Person person;

    @BeforeEach
    void start() {
        issuer = new LocalIssuer(folder, 0, Duration.ofHours(1), Clock.systemUTC());
        person = new Person(issuer, folder);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aBrowserComesBackWithACodeThatBecomesTokens() {
        JsonNode tokens = new BrowserFlow(Issuer.at(issuer.issuerUrl()), SALLY, person).tokens();

        assertThat(tokens.path("access_token").asText()).isNotEmpty();
        assertThat(tokens.path("refresh_token").asText()).isNotEmpty();
    }

    @Test
    void whoeverComesBackWithoutOurStateIsSentAwayAndTheLoginGoesOn() {
        JsonNode tokens = new BrowserFlow(Issuer.at(issuer.issuerUrl()), SALLY, page -> {
                    String redirect = page.getQuery().replaceAll(".*redirect_uri=([^&]*).*", "$1");
                    person.visit(redirect + "?code=forged&state=forged");
                    person.visit(redirect);
                    return person.open(page);
                })
                .tokens();

        assertThat(tokens.path("access_token").asText()).isNotEmpty();
    }

    @Test
    void anIssuerThatSaysNoIsQuoted() {
        assertThatThrownBy(() -> new BrowserFlow(Issuer.at(issuer.issuerUrl()), SALLY, page -> {
                            String query = page.getQuery();
                            String state = query.replaceAll(".*state=([^&]*).*", "$1");
                            person.visit(query.replaceAll(".*redirect_uri=([^&]*).*", "$1")
                                    + "?error=access_denied&state=" + state);
                            return true;
                        })
                        .tokens())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("the issuer refuses: access_denied")
                .satisfies(failure ->
                        assertThat(((CommandFailure) failure).exitCode()).isEqualTo(ExitCode.LOGIN_NEEDED));
    }

    @Test
    void aDeviceShowsACodeAndWaitsUntilItsUserAgrees() throws Exception {
        JsonNode tokens = byDevice("allow").get(20, TimeUnit.SECONDS);

        assertThat(tokens.path("access_token").asText()).isNotEmpty();
    }

    @Test
    void aDeviceWhoseUserSaysNoIsTold() {
        assertThat(byDevice("deny"))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("the login was denied in the browser");
    }

    private CompletableFuture<JsonNode> byDevice(String decision) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        CompletableFuture<JsonNode> tokens = CompletableFuture.supplyAsync(
                        () -> new DeviceFlow(Issuer.at(issuer.issuerUrl()), SALLY, Clock.systemUTC()).tokens())
                .whenComplete((done, failure) -> System.setErr(err));
        Pattern code = Pattern.compile("compare the code: (\\S+)");
        String typed = Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(
                        () -> {
                            Matcher matcher = code.matcher(said.toString(StandardCharsets.UTF_8));
                            return matcher.find() ? matcher.group(1) : "";
                        },
                        found -> !found.isEmpty());
        person.decide(typed, decision);
        return tokens;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://issuer.example.com", "ftp://localhost/x", "not a url", "http://127.0.0.1.example.com"})
    void anIssuerWithoutTlsIsRefusedUnlessItIsOnThisMachine(String url) {
        assertThatThrownBy(() -> Issuer.at(url)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void anIssuerThatCallsItselfOtherwiseIsRefused() {
        String other = issuer.issuerUrl().replace("localhost", "127.0.0.1");

        assertThatThrownBy(() -> Issuer.at(other)).hasMessageContaining("calls itself '" + issuer.issuerUrl() + "'");
    }

    @Test
    void anIssuerThatIsAwayIsSaidSo() {
        issuer.close();

        assertThatThrownBy(() -> Issuer.at(issuer.issuerUrl()))
                .hasMessageContaining("cannot be reached")
                .satisfies(failure ->
                        assertThat(((CommandFailure) failure).exitCode()).isEqualTo(ExitCode.NOT_RUNNING));
    }

    @Test
    void theSecretsOfTheFlowAreNeverInAUrl() {
        new BrowserFlow(Issuer.at(issuer.issuerUrl()), SALLY, page -> {
                    assertThat(page.toString())
                            .contains("code_challenge=", "code_challenge_method=S256")
                            .doesNotContain("verifier");
                    return person.open(page);
                })
                .tokens();
        assertThat(URI.create(issuer.issuerUrl()).getQuery()).isNull();
    }
}
