package dev.sallyport.notifier.webhook;

import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.NotifierConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The endpoint {@code default}, which the configuration describes: Svix where it is set up, else our own delivery to one URL. */
final class DefaultEndpoint {

    private final Optional<Endpoint> endpoint;

    /** @throws IllegalStateException when a key is missing or wrong; it names the key */
    DefaultEndpoint(NotifierConfig config) {
        NotifierConfig.Webhooks webhooks = config.webhooks();
        boolean local = config.mode() == NotifierConfig.Mode.LOCAL;
        Optional<Endpoint.Way> http = webhooks.url().map(url -> http(url, webhooks, local));
        Optional<Endpoint.Way> svix = webhooks.svix().token().map(token -> new Endpoint.Svix());
        endpoint = svix.or(() -> http).map(way -> new Endpoint(Endpoint.DEFAULT, webhooks.eventTypes(), false, way));
    }

    Optional<Endpoint> get() {
        return endpoint;
    }

    private static Endpoint.Way http(URI url, NotifierConfig.Webhooks config, boolean local) {
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equals("https") && !(local && scheme.equals("http"))) {
            throw new IllegalStateException("sallyport.webhooks.url has to begin with https://"
                    + (local ? " or http://" : "; http:// is for local mode only"));
        }
        Secret secret = config.secret()
                .orElseThrow(() -> new IllegalStateException(
                        "sallyport.webhooks.secret is missing: without it nobody could trust a message"));
        List<Secret> secrets = new ArrayList<>();
        secrets.add(checked("secret", secret));
        config.previousSecret().ifPresent(previous -> secrets.add(checked("previous-secret", previous)));
        return new Endpoint.Http(url, local || config.allowPrivateAddresses(), secrets);
    }

    private static Secret checked(String key, Secret secret) {
        try {
            SigningSecret.signer(secret);
            return secret;
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("sallyport.webhooks." + key + " is not whsec_ followed by base64");
        }
    }
}
