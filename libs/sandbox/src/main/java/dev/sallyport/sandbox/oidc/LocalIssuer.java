package dev.sallyport.sandbox.oidc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect issuer for one machine (OpenID Connect Core 1.0, authorization code flow with PKCE): a browser picks one
 * of the {@link LocalUser}s and proves itself with the local password, which the folder keeps. Command lines need no flow:
 * they make their token with the {@link TokenMint} of the folder.
 *
 * <p>For development only. It listens on 127.0.0.1; its name is {@code http://localhost:<port>}.
 */
public final class LocalIssuer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OPEN_CODES = 1_000;

    private final LoopbackServer server;
    private final TokenMint mint;
    private final Secret password;
    private final Map<String, Code> codes = new ConcurrentHashMap<>();

    private record Code(
            LocalUser user,
            String clientId,
            String redirectUri,
            @Nullable String nonce,
            @Nullable String challenge) {}

    /** Starts the issuer of {@code folder}; {@code port} may be 0 for a free one. */
    public LocalIssuer(Path folder, int port) {
        this.password = localPassword(folder);
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
            case "GET /authorize" -> page(request.query(), "");
            case "POST /authorize" -> login(request.form());
            case "POST /token" -> token(request);
            case "GET /logout" -> loggedOut(request.query());
            default -> Reply.of(404, "text/plain", "nothing here\n");
        };
    }

    private String discovery() {
        ObjectNode document = JSON.createObjectNode();
        document.put("issuer", issuerUrl());
        document.put("authorization_endpoint", issuerUrl() + "/authorize");
        document.put("token_endpoint", issuerUrl() + "/token");
        document.put("jwks_uri", issuerUrl() + "/jwks");
        document.put("end_session_endpoint", issuerUrl() + "/logout");
        document.putArray("response_types_supported").add("code");
        document.putArray("subject_types_supported").add("public");
        document.putArray("id_token_signing_alg_values_supported").add("RS256");
        document.putArray("scopes_supported").add("openid").add("profile").add("email");
        document.putArray("code_challenge_methods_supported").add("S256");
        document.putArray("token_endpoint_auth_methods_supported").add("none").add("client_secret_basic");
        return document.toString();
    }

    private Reply page(Map<String, String> query, String complaint) {
        if (!"code".equals(query.get("response_type")) || !loopback(query.get("redirect_uri"))) {
            return Reply.of(400, "text/plain", "response_type must be code, redirect_uri must be on this machine\n");
        }
        String hidden = query.entrySet().stream()
                .filter(field ->
                        !field.getKey().equals("username") && !field.getKey().equals("password"))
                .map(field -> "<input type=hidden name=\"" + escape(field.getKey()) + "\" value=\""
                        + escape(field.getValue()) + "\">")
                .collect(Collectors.joining());
        String users = Arrays.stream(LocalUser.values())
                .map(user -> "<option value=" + user.login() + ">" + user.login() + " — "
                        + String.join(", ", user.groups()) + "</option>")
                .collect(Collectors.joining());
        return Reply.of(200, "text/html; charset=utf-8", PAGE.formatted(complaint, hidden, users));
    }

    private Reply login(Map<String, String> form) {
        Optional<LocalUser> user = LocalUser.named(form.getOrDefault("username", ""));
        if (user.isEmpty() || !password.equals(Secret.of(form.getOrDefault("password", "")))) {
            return page(
                    form,
                    "<p role=alert>That is not the local password. <code>sally status</code> says where it is.</p>");
        }
        if (!loopback(form.get("redirect_uri")) || codes.size() >= OPEN_CODES) {
            return Reply.of(400, "text/plain", "redirect_uri must be on this machine\n");
        }
        String redirect = form.getOrDefault("redirect_uri", "");
        String code = Secret.random(32).reveal();
        codes.put(
                code,
                new Code(
                        user.get(),
                        form.getOrDefault("client_id", ""),
                        redirect,
                        form.get("nonce"),
                        form.get("code_challenge")));
        return Reply.redirect(redirect + (redirect.contains("?") ? "&" : "?") + "code=" + code + "&state="
                + URLEncoder.encode(form.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    private Reply token(Request request) {
        Map<String, String> form = request.form();
        if (!"authorization_code".equals(form.get("grant_type"))) {
            return error("unsupported_grant_type");
        }
        Code code = codes.remove(form.getOrDefault("code", ""));
        if (code == null
                || !code.redirectUri().equals(form.get("redirect_uri"))
                || !provesPossession(code.challenge(), form.get("code_verifier"))) {
            return error("invalid_grant");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("access_token", mint.token(code.user()).reveal());
        answer.put(
                "id_token",
                mint.idToken(code.user(), code.clientId(), code.nonce()).reveal());
        answer.put("token_type", "Bearer");
        answer.put("expires_in", TokenMint.life().toSeconds());
        return Reply.json(200, JSON.valueToTree(answer).toString());
    }

    private Reply loggedOut(Map<String, String> query) {
        String back = query.get("post_logout_redirect_uri");
        return loopback(back) && back != null ? Reply.redirect(back) : Reply.of(200, "text/plain", "logged out\n");
    }

    private static boolean provesPossession(@Nullable String challenge, @Nullable String verifier) {
        if (challenge == null) {
            return true;
        }
        if (verifier == null) {
            return false;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).equals(challenge);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean loopback(@Nullable String uri) {
        if (uri == null) {
            return false;
        }
        String host = URI.create(uri).getHost();
        return "localhost".equals(host) || "127.0.0.1".equals(host);
    }

    private static Reply error(String code) {
        return Reply.json(400, "{\"error\":\"" + code + "\"}");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static final String PAGE = """
            <!doctype html>
            <html lang=en>
            <meta charset=utf-8>
            <meta name=viewport content="width=device-width">
            <title>Sallyport on this machine</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; margin: 12vh auto; max-width: 22rem; padding: 0 1rem; }
              h1 { font-size: 1.25rem } label { display: block; margin: 1rem 0 .25rem }
              select, input, button { font: inherit; width: 100%%; box-sizing: border-box; padding: .5rem }
              button { margin-top: 1.5rem } p[role=alert] { color: #b00020 }
              :root { color-scheme: light dark }
            </style>
            <h1>Who are you on this machine?</h1>
            <p>A login for development. The password is in <code>local-password</code> of the issuer's folder.</p>
            %s
            <form method=post action=/authorize>
              %s
              <label for=username>User</label>
              <select id=username name=username autofocus>%s</select>
              <label for=password>Local password</label>
              <input id=password name=password type=password autocomplete=current-password required>
              <button>Log in</button>
            </form>
            """;
}
