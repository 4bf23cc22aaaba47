package dev.sallyport.notifier;

import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import dev.sallyport.sandbox.oidc.LocalUser;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.secrets.Keyset;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A PostgreSQL, a Kafka broker, an issuer of tokens and a webhook receiver. */
@SuppressWarnings("NullAway.Init") // started before anything else
public final class Neighbours implements QuarkusTestResourceLifecycleManager {

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private ControlPlane plane;
    private KafkaBroker broker;
    private Receiver receiver;
    private Path keyset;
    private LocalIssuer issuer;

    @Override
    public Map<String, String> start() {
        try {
            plane = ControlPlane.forTests(Files.createTempDirectory("notifier-pg"));
            broker = KafkaBroker.in(Files.createTempDirectory("notifier-kafka")).start();
            receiver = new Receiver();
            Path keys = Files.createTempDirectory("notifier-keys");
            keyset = keys.resolve("webhooks.json");
            Keyset.create(keyset);
            issuer = new LocalIssuer(keys.resolve("issuer"), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new HashMap<>(plane.settingsFor("notifier"));
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("sallyport.mode", "local");
        settings.put("quarkus.oidc.auth-server-url", issuer.issuerUrl());
        settings.put("sallyport.webhooks.keyset-file", keyset.toString());
        settings.put("sallyport.webhooks.url", receiver.url());
        settings.put("sallyport.webhooks.secret", SECRET);
        settings.put("sallyport.webhooks.first-pause", "100ms");
        settings.put("sallyport.webhooks.max-pause", "200ms");
        settings.put("sallyport.webhooks.poll-interval", "50ms");
        settings.put("sallyport.consumer.pause-when-store-is-down", "200ms");
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, field -> field.getType() == Neighbours.class);
    }

    /** The value of the header {@code Authorization} for a local user. */
    public String bearer(LocalUser user) {
        return "Bearer " + issuer.mint().token(user).reveal();
    }

    public ControlPlane plane() {
        return plane;
    }

    public KafkaBroker broker() {
        return broker;
    }

    Receiver receiver() {
        return receiver;
    }

    @Override
    public void stop() {
        receiver.close();
        issuer.close();
        broker.close();
        plane.close();
    }
}
