package dev.sallyport.sandbox.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalIssuerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REDIRECT = "http://localhost:8009/console";

    @TempDir
    private Path folder;

    private LocalIssuer issuer;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        issuer = new LocalIssuer(folder, 0);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void theMintOfTheFolderMakesTokensThatThePublishedKeyVerifies() throws Exception {
        SignedJWT token = SignedJWT.parse(TokenMint.in(folder, issuer.issuerUrl())
                .token(LocalUser.APPROVER)
                .reveal());

        JsonNode discovery = get(issuer.issuerUrl() + "/.well-known/openid-configuration");
        JWKSet keys = JWKSet.parse(get(discovery.path("jwks_uri").asText()).toString());
        assertThat(token.verify(new RSASSAVerifier(keys.getKeys().getFirst().toRSAKey())))
                .isTrue();
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("approver");
        assertThat(token.getJWTClaimsSet().getStringListClaim("groups")).containsExactly("approver");
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("sallyport");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("signing-key.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aBrowserLogsInWithTheLocalPasswordAndACodeIsGoodOnce() throws Exception {
        HttpResponse<String> sent = login(LocalIssuer.localPassword(folder).reveal(), REDIRECT);
        assertThat(sent.statusCode()).isEqualTo(302);
        URI back = URI.create(sent.headers().firstValue("Location").orElseThrow());
        String code = back.getQuery().replaceAll(".*code=([^&]*).*", "$1");

        HttpResponse<String> first = redeem(code);
        HttpResponse<String> second = redeem(code);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(first.body()).path("id_token").asText()).isNotEmpty();
        assertThat(second.statusCode()).isEqualTo(400);
        assertThat(second.body()).contains("invalid_grant");
    }

    @Test
    void aWrongPasswordAndAForeignRedirectLeadNowhere() throws Exception {
        assertThat(login("wrong", REDIRECT).body()).contains("That is not the local password");
        HttpResponse<String> foreign = login(LocalIssuer.localPassword(folder).reveal(), "https://example.com/steal");
        assertThat(foreign.statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> login(String password, String redirect) throws Exception {
        return post(
                "/authorize",
                "response_type=code&client_id=console&state=s&username=approver&password=" + password + "&redirect_uri="
                        + URLEncoder.encode(redirect, StandardCharsets.UTF_8));
    }

    private HttpResponse<String> redeem(String code) throws Exception {
        return post(
                "/token",
                "grant_type=authorization_code&client_id=console&code=" + code + "&redirect_uri="
                        + URLEncoder.encode(REDIRECT, StandardCharsets.UTF_8));
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(issuer.issuerUrl() + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode get(String url) throws Exception {
        return JSON.readTree(
                http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }
}
