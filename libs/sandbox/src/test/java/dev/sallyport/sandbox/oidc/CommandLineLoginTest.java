package dev.sallyport.sandbox.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The flows of a native app: RFC 8628, RFC 8252 with RFC 7636, RFC 6749 section 6, RFC 7009. */
class CommandLineLoginTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CLIENT = "&client_id=sallyport-cli";
    private static final String DEVICE = "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=";
    /** RFC 7636 appendix B. */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    private @SuppressWarnings("NullAway.Init") LocalIssuer issuer;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        issuer = new LocalIssuer(folder, 0, Duration.ofMinutes(5), now::get);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aDeviceWaitsForItsUserAndGetsItsTokensOnce() throws Exception {
        JsonNode begun = begin();
        String device = begun.path("device_code").asText();
        assertThat(begun.path("user_code").asText()).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
        assertThat(begun.path("verification_uri_complete").asText())
                .isEqualTo(issuer.issuerUrl() + "/device?user_code="
                        + begun.path("user_code").asText());
        assertThat(refusal(DEVICE + device)).isEqualTo("authorization_pending");

        decide(begun.path("user_code").asText().toLowerCase(java.util.Locale.ROOT), "allow");

        later(Duration.ofSeconds(1));
        JsonNode tokens = token(DEVICE + device);
        assertThat(tokens.path("access_token").asText()).isNotEmpty();
        assertThat(tokens.path("expires_in").asInt()).isEqualTo(300);
        assertThat(tokens.path("refresh_token").asText()).isNotEmpty();
        assertThat(refusal(DEVICE + device)).isEqualTo("invalid_grant");
    }

    @Test
    void aDeviceThatAsksTooOftenIsToldToSlowDownAndThatStays() throws Exception {
        String device = begin().path("device_code").asText();
        assertThat(refusal(DEVICE + device)).isEqualTo("authorization_pending");

        assertThat(refusal(DEVICE + device)).isEqualTo("slow_down");

        later(Duration.ofSeconds(2));
        assertThat(refusal(DEVICE + device))
                .as("the interval is six seconds by now")
                .isEqualTo("slow_down");
        later(Duration.ofSeconds(11));
        assertThat(refusal(DEVICE + device)).isEqualTo("authorization_pending");
    }

    @Test
    void aDeviceHearsThatItsCodeRanOutThatItsUserSaidNoAndThatItIsNotItsCode() throws Exception {
        String late = begin().path("device_code").asText();
        later(Duration.ofMinutes(10).plusSeconds(1));
        assertThat(refusal(DEVICE + late)).isEqualTo("expired_token");
        assertThat(refusal(DEVICE + late)).isEqualTo("invalid_grant");

        JsonNode denied = begin();
        decide(denied.path("user_code").asText(), "deny");
        assertThat(refusal(DEVICE + denied.path("device_code").asText())).isEqualTo("access_denied");

        String ours = begin().path("device_code").asText();
        assertThat(post("/token", DEVICE + ours + "&client_id=another").body()).contains("invalid_grant");
        assertThat(decide("BBBB-BBBB", "allow")).contains("No command line waits with that code");
    }

    @Test
    void aBrowserComesBackToWhateverPortOfTheLoopbackAddressWithAProof() throws Exception {
        String code = code("http://127.0.0.1:51004/callback");

        JsonNode tokens = token("grant_type=authorization_code&code=" + code + "&code_verifier=" + VERIFIER
                + "&redirect_uri=http://127.0.0.1:51004/callback");

        assertThat(tokens.path("access_token").asText()).isNotEmpty();
    }

    @Test
    void aCodeIsWorthNothingWithoutItsVerifierItsRedirectOrAfterAMinute() throws Exception {
        String grant = "grant_type=authorization_code&code=";
        String redirect = "&redirect_uri=http://127.0.0.1:51004/callback";
        assertThat(refusal(grant + code("http://127.0.0.1:51004/callback") + redirect))
                .isEqualTo("invalid_grant");
        assertThat(refusal(grant + code("http://127.0.0.1:51004/callback") + "&code_verifier=wrong" + redirect))
                .isEqualTo("invalid_grant");
        assertThat(refusal(grant + code("http://127.0.0.1:51004/callback") + "&code_verifier=" + VERIFIER
                        + "&redirect_uri=http://127.0.0.1:51005/callback"))
                .isEqualTo("invalid_grant");
        String old = code("http://127.0.0.1:51004/callback");
        later(Duration.ofSeconds(61));
        assertThat(refusal(grant + old + "&code_verifier=" + VERIFIER + redirect))
                .isEqualTo("invalid_grant");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:51004/callback",
                "http://localhost:51004/callback",
                "http://127.0.0.1:51004/other",
                "http://127.0.0.1:51004/callback?x=1",
                "http://me@127.0.0.1:51004/callback",
                "http://127.0.0.1.example.com/callback"
            })
    void aRedirectThatIsNotTheRegisteredOneLeadsNowhere(String redirect) throws Exception {
        assertThat(login(redirect, "&code_challenge_method=S256&code_challenge=" + CHALLENGE)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aCommandLineWithoutAProofIsRefused() throws Exception {
        String redirect = "http://127.0.0.1:51004/callback";
        assertThat(login(redirect, "").statusCode()).isEqualTo(400);
        assertThat(login(redirect, "&code_challenge_method=plain&code_challenge=x")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aRefreshTokenIsGoodOnceAndItsTheftEndsTheLogin() throws Exception {
        String first = loggedIn();
        String second = token(refresh(first)).path("refresh_token").asText();

        assertThat(refusal(refresh(first))).isEqualTo("invalid_grant");

        assertThat(refusal(refresh(second))).as("of the same login").isEqualTo("invalid_grant");
    }

    @Test
    void aRefreshTokenOutlivesARestartButNotItsRevocationOrThirtyDays() throws Exception {
        String token = loggedIn();
        issuer.close();
        start();
        String next = token(refresh(token)).path("refresh_token").asText();
        post("/revoke", "token=" + next + CLIENT);
        assertThat(refusal(refresh(next))).isEqualTo("invalid_grant");

        String old = loggedIn();
        later(Duration.ofDays(31));
        assertThat(refusal(refresh(old))).isEqualTo("invalid_grant");
    }

    @Test
    void aRefreshTokenHasToBeAskedFor() throws Exception {
        JsonNode begun = JSON.readTree(
                post("/device_authorization", "scope=openid" + CLIENT).body());
        decide(begun.path("user_code").asText(), "allow");
        assertThat(token(DEVICE + begun.path("device_code").asText()).has("refresh_token"))
                .isFalse();
    }

    private String loggedIn() throws Exception {
        JsonNode begun = begin();
        decide(begun.path("user_code").asText(), "allow");
        return token(DEVICE + begun.path("device_code").asText())
                .path("refresh_token")
                .asText();
    }

    private static String refresh(String token) {
        return "grant_type=refresh_token&refresh_token=" + token;
    }

    private void later(Duration passed) {
        now.updateAndGet(before -> before.plus(passed));
    }

    private JsonNode begin() throws Exception {
        return JSON.readTree(post("/device_authorization", "scope=openid+offline_access" + CLIENT)
                .body());
    }

    private String decide(String userCode, String decision) throws Exception {
        return post(
                        "/device",
                        "username=engineer&password="
                                + LocalIssuer.localPassword(folder).reveal() + "&user_code=" + userCode + "&decision="
                                + decision)
                .body();
    }

    private String code(String redirect) throws Exception {
        String location = login(redirect, "&code_challenge_method=S256&code_challenge=" + CHALLENGE)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertThat(location).startsWith(redirect + "?code=").endsWith("&state=s");
        return location.replaceAll(".*code=([^&]*).*", "$1");
    }

    private HttpResponse<String> login(String redirect, String proof) throws Exception {
        return post(
                "/authorize",
                "response_type=code&state=s&username=engineer&password="
                        + LocalIssuer.localPassword(folder).reveal() + CLIENT + proof + "&redirect_uri="
                        + URLEncoder.encode(redirect, StandardCharsets.UTF_8));
    }

    private JsonNode token(String form) throws Exception {
        HttpResponse<String> answer = post("/token", form + CLIENT);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return JSON.readTree(answer.body());
    }

    private String refusal(String form) throws Exception {
        HttpResponse<String> answer = post("/token", form + CLIENT);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return JSON.readTree(answer.body()).path("error").asText();
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(issuer.issuerUrl() + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
