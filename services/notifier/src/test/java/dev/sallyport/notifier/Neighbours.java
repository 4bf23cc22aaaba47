package dev.sallyport.notifier;

import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** A PostgreSQL, a Kafka broker and a webhook receiver. */
@SuppressWarnings("NullAway.Init") // started before anything else
public final class Neighbours implements QuarkusTestResourceLifecycleManager {

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private ControlPlane plane;
    private KafkaBroker broker;
    private Receiver receiver;

    @Override
    public Map<String, String> start() {
        try {
            plane = ControlPlane.forTests(Files.createTempDirectory("notifier-pg"));
            broker = KafkaBroker.in(Files.createTempDirectory("notifier-kafka")).start();
            receiver = new Receiver();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new HashMap<>(plane.settingsFor("notifier"));
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("sallyport.mode", "local");
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

    ControlPlane plane() {
        return plane;
    }

    KafkaBroker broker() {
        return broker;
    }

    Receiver receiver() {
        return receiver;
    }

    @Override
    public void stop() {
        receiver.close();
        broker.close();
        plane.close();
    }
}
