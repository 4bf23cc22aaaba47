package dev.sallyport.cli.login;

import dev.sallyport.sandbox.oidc.LocalIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Somebody at a browser, who logs in at the local issuer as the engineer. */
final class Person implements BrowserFlow.Browser {

    private final LocalIssuer issuer;
    private final Path folder;
    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    Person(LocalIssuer issuer, Path folder) {
        this.issuer = issuer;
        this.folder = folder;
    }

    /** Types the password into the page, and goes where the issuer sends them. */
    @Override
    public boolean open(URI page) {
        String location = post("/authorize", page.getRawQuery() + "&username=engineer&password=" + password())
                .headers()
                .firstValue("Location")
                .orElseThrow();
        Thread.startVirtualThread(() -> visit(location));
        return true;
    }

    void visit(String address) {
        send(HttpRequest.newBuilder(URI.create(address)).build());
    }

    /** Types the code that a device shows. @param decision {@code allow} or {@code deny} */
    void decide(String userCode, String decision) {
        post(
                "/device",
                "username=engineer&password=" + password() + "&decision=" + decision + "&user_code="
                        + URLEncoder.encode(userCode, StandardCharsets.UTF_8));
    }

    private String password() {
        return LocalIssuer.localPassword(folder).reveal();
    }

    private HttpResponse<String> post(String path, String form) {
        return send(HttpRequest.newBuilder(URI.create(issuer.issuerUrl() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
