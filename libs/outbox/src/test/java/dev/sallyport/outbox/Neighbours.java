package dev.sallyport.outbox;

import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A PostgreSQL and a Kafka broker that the tests may stop and start. */
@SuppressWarnings("NullAway.Init") // started before anything else
public final class Neighbours implements QuarkusTestResourceLifecycleManager {

    private ControlPlane plane;
    private Path brokerFolder;
    private KafkaBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            plane = ControlPlane.forTests(Files.createTempDirectory("outbox-pg"));
            brokerFolder = Files.createTempDirectory("outbox-kafka");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker = KafkaBroker.in(brokerFolder).start();
        return Map.of(
                "quarkus.datasource.username", "sallyport_broker",
                "quarkus.datasource.password",
                        plane.password("sallyport_broker").reveal(),
                "quarkus.datasource.jdbc.url", plane.jdbcUrl(),
                "quarkus.datasource.reactive.url", plane.jdbcUrl().replace("jdbc:", ""),
                "kafka.bootstrap.servers", broker.bootstrapServers());
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, field -> field.getType() == Neighbours.class);
    }

    /** Runs SQL as the superuser. */
    void sql(String... statements) {
        plane.server().execute("sallyport", statements);
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    void stopBroker() {
        broker.close();
    }

    void startBroker() {
        broker = KafkaBroker.in(brokerFolder).port(broker.port()).start();
    }

    @Override
    public void stop() {
        broker.close();
        plane.close();
    }
}
