package dev.sallyport.sandbox.oidc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An OpenID Connect issuer for one machine: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636,
 * RFC 8252), the device flow (RFC 8628), refresh tokens, revocation (RFC 7009). A browser picks one of the {@link LocalUser}s
 * and proves itself with the local password, which the folder keeps. Whoever can read the folder needs no flow: the
 * {@link TokenMint} makes tokens.
 *
 * <p>For development only. It listens on 127.0.0.1; its name is {@code http://localhost:<port>}.
 */
public final class LocalIssuer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WRONG_PASSWORD = "That is not the local password. `sally status` says where it is.";

    private final LoopbackServer server;
    private final TokenMint mint;
    private final Duration life;
    private final Secret password;
    private final Codes codes;
    private final DeviceCodes devices;
    private final RefreshTokens refreshTokens;

    /** Starts the issuer of {@code folder}; {@code port} may be 0 for a free one. */
    public LocalIssuer(Path folder, int port) {
        this(folder, port, TokenMint.life(), InstantSource.system());
    }

    /**
     * The same with tokens of another length.
     *
     * @param life of access tokens
     * @param clock for codes and refresh tokens
     */
    public LocalIssuer(Path folder, int port, Duration life, InstantSource clock) {
        this.life = life;
        this.codes = new Codes(clock);
        this.devices = new DeviceCodes(clock);
        this.password = localPassword(folder);
        this.refreshTokens = new RefreshTokens(folder, clock);
        this.server = new LoopbackServer(port, this::handle);
        this.mint = TokenMint.in(folder, issuerUrl());
    }

    public String issuerUrl() {
        return urlAt(server.port());
    }

    /** What the issuer at {@code port} is called. */
    public static String urlAt(int port) {
        return "http://localhost:" + port;
    }

    public TokenMint mint() {
        return mint;
    }

    /** With which all local users log in to a browser. */
    public static Secret localPassword(Path folder) {
        Path file = folder.resolve("local-password");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, Secret.random(20).reveal());
            }
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the local password in " + folder, e);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply handle(Request request) throws IOException {
        return switch (request.method() + " " + request.path()) {
            case "GET /.well-known/openid-configuration" -> Reply.json(200, discovery());
            case "GET /jwks" -> Reply.json(200, mint.publicKeys());
            case "GET /authorize" -> authorize(request.query());
            case "POST /authorize" -> login(request.form());
            case "POST /device_authorization" -> deviceAuthorization(request.form());
            case "GET /device" -> LoginPage.device(request.query(), "");
            case "POST /device" -> device(request.form());
            case "POST /token" -> token(request);
            case "POST /revoke" -> revoke(request.form());
            case "GET /logout" -> loggedOut(request.query());
            default -> Reply.of(404, "text/plain", "nothing here\n");
        };
    }

    private String discovery() {
        ObjectNode document = JSON.createObjectNode();
        document.put("issuer", issuerUrl());
        document.put("authorization_endpoint", issuerUrl() + "/authorize");
        document.put("token_endpoint", issuerUrl() + "/token");
        document.put("device_authorization_endpoint", issuerUrl() + "/device_authorization");
        document.put("revocation_endpoint", issuerUrl() + "/revoke");
        document.put("jwks_uri", issuerUrl() + "/jwks");
        document.put("end_session_endpoint", issuerUrl() + "/logout");
        document.putArray("response_types_supported").add("code");
        document.putArray("grant_types_supported")
                .add("authorization_code")
                .add("refresh_token")
                .add("urn:ietf:params:oauth:grant-type:device_code");
        document.putArray("subject_types_supported").add("public");
        document.putArray("id_token_signing_alg_values_supported").add("RS256");
        document.putArray("scopes_supported")
                .add("openid")
                .add("profile")
                .add("email")
                .add("offline_access");
        document.putArray("code_challenge_methods_supported").add("S256");
        document.putArray("token_endpoint_auth_methods_supported").add("none").add("client_secret_basic");
        return document.toString();
    }

    private Reply authorize(Map<String, String> query) {
        return refusal(query).orElseGet(() -> LoginPage.authorize(query, ""));
    }

    /** Why nobody is sent back at all: whoever asks is not who may be told. */
    private static Optional<Reply> refusal(Map<String, String> fields) {
        LocalClient client = client(fields);
        if (!"code".equals(fields.get("response_type")) || !client.comesBackTo(fields.get("redirect_uri"))) {
            return Optional.of(Reply.of(
                    400,
                    "text/plain",
                    "response_type must be code, redirect_uri one of the client's on this machine\n"));
        }
        boolean proof = fields.get("code_challenge") != null;
        if (proof ? !"S256".equals(fields.get("code_challenge_method")) : client.needsProof()) {
            return Optional.of(Reply.of(400, "text/plain", "a code_challenge by S256 is needed\n"));
        }
        return Optional.empty();
    }

    private Reply login(Map<String, String> form) {
        Optional<Reply> refusal = refusal(form);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Optional<LocalUser> user = proven(form);
        if (user.isEmpty()) {
            return LoginPage.authorize(form, WRONG_PASSWORD);
        }
        String redirect = form.getOrDefault("redirect_uri", "");
        Session session = new Session(user.get(), client(form).id(), form.getOrDefault("scope", ""), form.get("nonce"));
        Secret code = codes.issue(session, redirect, form.get("code_challenge"));
        return Reply.redirect(redirect + (redirect.contains("?") ? "&" : "?") + "code=" + code.reveal() + "&state="
                + URLEncoder.encode(form.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    private Optional<LocalUser> proven(Map<String, String> form) {
        return LocalUser.named(form.getOrDefault("username", ""))
                .filter(user -> password.equals(Secret.of(form.getOrDefault("password", ""))));
    }

    private Reply deviceAuthorization(Map<String, String> form) {
        if (client(form).id().isEmpty()) {
            return error(new OAuthError("invalid_request", "client_id is missing"));
        }
        DeviceCodes.Issued issued = devices.issue(client(form).id(), form.getOrDefault("scope", ""));
        ObjectNode answer = JSON.createObjectNode();
        answer.put("device_code", issued.deviceCode().reveal());
        answer.put("user_code", issued.userCode());
        answer.put("verification_uri", issuerUrl() + "/device");
        answer.put("verification_uri_complete", issuerUrl() + "/device?user_code=" + issued.userCode());
        answer.put("expires_in", DeviceCodes.LIFE.toSeconds());
        answer.put("interval", DeviceCodes.INTERVAL.toSeconds());
        return secret(200, answer.toString());
    }

    private Reply device(Map<String, String> form) {
        Optional<LocalUser> user = proven(form);
        if (user.isEmpty()) {
            return LoginPage.device(form, WRONG_PASSWORD);
        }
        boolean agreed = "allow".equals(form.get("decision"));
        if (!devices.decide(form.getOrDefault("user_code", ""), user.get(), agreed)) {
            return LoginPage.device(form, "No command line waits with that code. Codes are good for ten minutes.");
        }
        return agreed
                ? LoginPage.told("You are logged in", "Go back to the command line; this page can be closed.")
                : LoginPage.told("It was not let in", "Whoever showed you that code cannot act for you.");
    }

    private Reply token(Request request) {
        Map<String, String> form = request.form();
        String clientId =
                basicUser(request.header("Authorization")).orElse(client(form).id());
        try {
            return switch (form.getOrDefault("grant_type", "")) {
                case "authorization_code" ->
                    tokens(
                            codes.redeem(
                                    form.getOrDefault("code", ""),
                                    clientId,
                                    form.get("redirect_uri"),
                                    form.get("code_verifier")),
                            RefreshTokens.newFamily());
                case "urn:ietf:params:oauth:grant-type:device_code" ->
                    tokens(devices.redeem(form.getOrDefault("device_code", ""), clientId), RefreshTokens.newFamily());
                case "refresh_token" -> {
                    RefreshTokens.Renewed renewed =
                            refreshTokens.redeem(form.getOrDefault("refresh_token", ""), clientId);
                    yield tokens(renewed.session(), renewed.family());
                }
                default -> error(new OAuthError("unsupported_grant_type", "this grant_type is not known here"));
            };
        } catch (OAuthError refused) {
            return error(refused);
        }
    }

    private Reply tokens(Session session, String family) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "access_token",
                mint.token(session.user(), TokenMint.AUDIENCE, Instant.now(), life)
                        .reveal());
        answer.put(
                "id_token",
                mint.idToken(session.user(), session.clientId(), session.nonce())
                        .reveal());
        answer.put("token_type", "Bearer");
        answer.put("expires_in", life.toSeconds());
        if (session.offline()) {
            answer.put("refresh_token", refreshTokens.issue(session, family).reveal());
        }
        return secret(200, JSON.valueToTree(answer).toString());
    }

    private Reply revoke(Map<String, String> form) {
        refreshTokens.revoke(form.getOrDefault("token", ""));
        return new Reply(200, Map.of(), new byte[0]);
    }

    private Reply loggedOut(Map<String, String> query) {
        String back = query.get("post_logout_redirect_uri");
        return back != null && new LocalClient("").comesBackTo(back)
                ? Reply.redirect(back)
                : Reply.of(200, "text/plain", "logged out\n");
    }

    private static LocalClient client(Map<String, String> fields) {
        return new LocalClient(fields.getOrDefault("client_id", ""));
    }

    /** RFC 6749 section 2.3.1; the secret of a public client is worth nothing. */
    private static Optional<String> basicUser(String authorization) {
        if (!authorization.startsWith("Basic ")) {
            return Optional.empty();
        }
        String pair = new String(Base64.getDecoder().decode(authorization.substring(6)), StandardCharsets.UTF_8);
        return Optional.of(pair.substring(0, Math.max(0, pair.indexOf(':'))));
    }

    private static Reply error(OAuthError refused) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("error", refused.code());
        answer.put("error_description", refused.getMessage());
        return secret(400, answer.toString());
    }

    private static Reply secret(int status, String json) {
        return new Reply(
                status,
                Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
                json.getBytes(StandardCharsets.UTF_8));
    }
}
