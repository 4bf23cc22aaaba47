package dev.sallyport.proxy.node;

import dev.sallyport.contracts.Topics;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** A real broker with the topic of grants, a certificate, and a store that is not there. */
public final class Neighbours implements QuarkusTestResourceLifecycleManager {

    private @Nullable KafkaBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("proxy-node");
            KafkaBroker started = KafkaBroker.in(folder.resolve("kafka")).start();
            broker = started;
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", started.bootstrapServers()))) {
                NewTopic grants = new NewTopic(Topics.GRANTS_STATE, Optional.of(3), Optional.empty())
                        .configs(Map.of("cleanup.policy", "compact"));
                admin.createTopics(List.of(grants)).all().get();
            } catch (Exception e) {
                throw new IllegalStateException("cannot make the topic of grants", e);
            }
            ServerCertificate certificate =
                    LocalAuthority.in(folder.resolve("tls")).issue("proxy", "localhost");
            return Map.ofEntries(
                    Map.entry("kafka.bootstrap.servers", started.bootstrapServers()),
                    Map.entry("sallyport.mode", "local"),
                    Map.entry(
                            "sallyport.agent.id",
                            AgentId.next(InstantSource.system()).value()),
                    Map.entry("sallyport.secrets.jdbc-url", "jdbc:postgresql://127.0.0.1:1/none"),
                    Map.entry("sallyport.secrets.password", "none"),
                    Map.entry(
                            "sallyport.secrets.keyset-file",
                            folder.resolve("none").toString()),
                    Map.entry(
                            "sallyport.targets.ca-file", certificate.authority().toString()),
                    Map.entry(
                            "sallyport.proxy.tls.certificate",
                            certificate.certificate().toString()),
                    Map.entry("sallyport.proxy.tls.key", certificate.key().toString()),
                    Map.entry("sallyport.proxy.postgres.port", "0"),
                    Map.entry("sallyport.proxy.mysql.port", "0"),
                    Map.entry(
                            "sallyport.proxy.journal.directory",
                            folder.resolve("journal").toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
    }
}
