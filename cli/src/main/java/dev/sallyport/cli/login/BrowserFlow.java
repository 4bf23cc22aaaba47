package dev.sallyport.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.Spinner;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The authorization code flow of a native app: the browser comes back to a free port of the loopback address (RFC 8252
 * section 7.3) with a code that is worth nothing without our verifier (RFC 7636).
 */
final class BrowserFlow {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int VERIFIER_LENGTH = 64;
    private static final int STATE_LENGTH = 32;

    private final Issuer issuer;
    private final Client client;
    private final Browser browser;

    BrowserFlow(Issuer issuer, Client client, Browser browser) {
        this.issuer = issuer;
        this.client = client;
        this.browser = browser;
    }

    /** Something that shows a page to whoever sits there. */
    @FunctionalInterface
    interface Browser {
        /** Whether it could be opened. */
        boolean open(URI page);
    }

    JsonNode tokens() {
        Secret state = Secret.random(STATE_LENGTH);
        Secret verifier = Secret.random(VERIFIER_LENGTH);
        CompletableFuture<Map<String, String>> cameBack = new CompletableFuture<>();
        HttpServer server = listen(state, cameBack);
        try {
            String redirect = "http://127.0.0.1:" + server.getAddress().getPort() + "/callback";
            URI page = page(redirect, state, verifier);
            if (browser.open(page)) {
                Notice.info("Your browser should show a page now. If it does not, open");
            } else {
                Notice.info("Open this in a browser on this machine (elsewhere: `sally login --device`):");
            }
            Notice.info(page.toString());
            return redeem(awaited(cameBack), redirect, verifier);
        } finally {
            server.stop(1);
        }
    }

    private static HttpServer listen(Secret state, CompletableFuture<Map<String, String>> cameBack) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
            server.createContext("/callback", exchange -> callback(exchange, state, cameBack));
            server.start();
            return server;
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "no port of this machine is free for the browser to come back to: use --device");
        }
    }

    /** What does not bring our state was not asked for by us: it is refused, and we go on waiting. */
    private static void callback(HttpExchange exchange, Secret state, CompletableFuture<Map<String, String>> cameBack)
            throws IOException {
        try (exchange) {
            Map<String, String> query = fields(exchange.getRequestURI());
            boolean ours = exchange.getRequestURI().getPath().equals("/callback")
                    && Secret.of(query.getOrDefault("state", "")).equals(state);
            String text = !ours
                    ? "This is not the login that was asked for."
                    : query.containsKey("code")
                            ? "You are logged in. Go back to the command line; this page can be closed."
                            : "The login did not succeed. The command line says why.";
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(ours ? 200 : 400, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
            if (ours) {
                cameBack.complete(query);
            }
        }
    }

    private URI page(String redirect, Secret state, Secret verifier) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("redirect_uri", redirect);
        query.put("scope", client.scopes());
        query.put("state", state.reveal());
        query.put("code_challenge", challenge(verifier));
        query.put("code_challenge_method", "S256");
        URI endpoint = issuer.endpoint("authorization_endpoint", "use --device");
        String joint = endpoint.getQuery() == null ? "?" : "&";
        return URI.create(endpoint + joint + Issuer.encoded(client.form(query)));
    }

    private Map<String, String> awaited(CompletableFuture<Map<String, String>> cameBack) {
        try (Spinner spinner = Spinner.saying("Waiting for your browser")) {
            Map<String, String> query = cameBack.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            spinner.say("Logging in");
            if (!query.containsKey("code")) {
                throw new CommandFailure(
                        ExitCode.LOGIN_NEEDED,
                        "the issuer refuses: " + query.getOrDefault("error", "it sent no code") + " "
                                + query.getOrDefault("error_description", ""));
            }
            // RFC 9207: a code of another issuer is not for ours.
            if (!query.getOrDefault("iss", issuer.url()).equals(issuer.url())) {
                throw new CommandFailure(ExitCode.LOGIN_NEEDED, "the answer is of another issuer than " + issuer.url());
            }
            return query;
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    ExitCode.TIMED_OUT,
                    "nobody logged in within " + PATIENCE.toMinutes() + " minutes: `sally login` begins again");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    private JsonNode redeem(Map<String, String> query, String redirect, Secret verifier) {
        Issuer.Answer answer = Issuer.post(
                issuer.endpoint("token_endpoint", "it cannot be logged in to"),
                client.form(Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        query.getOrDefault("code", ""),
                        "redirect_uri",
                        redirect,
                        "code_verifier",
                        verifier.reveal())));
        if (!answer.ok()) {
            throw new CommandFailure(ExitCode.LOGIN_NEEDED, "the issuer refuses: " + answer.described());
        }
        return answer.body();
    }

    private static Map<String, String> fields(URI uri) {
        Map<String, String> fields = new HashMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private static String challenge(Secret verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(verifier.reveal().getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
