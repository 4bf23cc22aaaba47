package dev.sallyport.secrets.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** One call to Vault's HTTP API at a time. Follows no redirect, for a token would go with it. */
final class VaultHttp implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a call that Vault's rate limit puts off. */
    private static final int MOST_ATTEMPTS = 3;

    private final VaultSettings settings;
    private final HttpClient http;

    VaultHttp(VaultSettings settings) {
        this.settings = settings;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(settings.timeout()).followRedirects(HttpClient.Redirect.NEVER);
        settings.caFile().map(VaultHttp::trusting).ifPresent(builder::sslContext);
        http = builder.build();
    }

    /**
     * @param path behind {@code /v1/}
     * @param token null for a login
     * @param body null for none
     * @throws SecretStoreException when there is no answer, or one that only means that Vault cannot answer now
     */
    VaultAnswer call(String method, String path, @Nullable Secret token, @Nullable JsonNode body) {
        URI uri = settings.address().resolve("/v1/" + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(settings.timeout())
                .header("Accept", "application/json")
                .header("X-Vault-Request", "true")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        settings.namespace().ifPresent(name -> request.header("X-Vault-Namespace", name));
        if (token != null) {
            request.header("X-Vault-Token", token.reveal());
        }
        try {
            HttpResponse<byte[]> response = admitted(request.build());
            VaultAnswer answer = new VaultAnswer(response.statusCode(), parse(response.body()));
            refuseWhenAway(answer, path);
            return answer;
        } catch (SSLException e) {
            throw untrusted(e)
                    ? new SecretStoreException(
                            "Vault at " + settings.address()
                                    + " is not trusted; sallyport.vault.ca-file names the PEM of" + " its authority",
                            false)
                    : new SecretStoreException("TLS with Vault at " + settings.address() + " failed", true);
        } catch (IOException e) {
            throw new SecretStoreException(
                    "Vault at " + settings.address() + " cannot be reached ("
                            + e.getClass().getSimpleName() + ")",
                    true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SecretStoreException("interrupted while waiting for Vault", true);
        }
    }

    /** Waits as long as Vault asks a caller to that is over its rate limit, a bounded number of times; not for longer than a call. */
    private HttpResponse<byte[]> admitted(HttpRequest request) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            Optional<Duration> pause = response.headers()
                    .firstValue("Retry-After")
                    .filter(seconds -> seconds.matches("\\d{1,6}"))
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                    .filter(wait -> wait.compareTo(settings.timeout()) <= 0);
            if (response.statusCode() != 429 || pause.isEmpty() || attempt == MOST_ATTEMPTS) {
                return response;
            }
            Thread.sleep(pause.get());
        }
    }

    private static boolean untrusted(Throwable failure) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }

    private static void refuseWhenAway(VaultAnswer answer, String path) {
        if (answer.status() == 503) {
            throw new SecretStoreException("Vault is sealed, or not active; unseal it", true);
        }
        if (answer.status() == 429 || answer.status() >= 500) {
            throw new SecretStoreException(
                    "Vault cannot serve " + path + " now (status " + answer.status() + ")", true);
        }
        if (answer.status() >= 300 && answer.status() < 400) {
            throw new SecretStoreException(
                    "Vault answers " + path + " from elsewhere; set sallyport.vault.address to its active node", false);
        }
    }

    private static JsonNode parse(byte[] body) throws IOException {
        try {
            return body.length == 0 ? JSON.missingNode() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IOException("not JSON");
        }
    }

    private static SSLContext trusting(Path authorities) {
        try (InputStream pem = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + number++, authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "sallyport.vault.ca-file: " + authorities + " holds no certificates that can be read", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
