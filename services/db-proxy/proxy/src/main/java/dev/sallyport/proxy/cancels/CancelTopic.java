package dev.sallyport.proxy.cancels;

import dev.sallyport.contracts.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topic that the nodes tell each other on. What is on it is worth nothing after seconds, so it is kept for a minute. */
final class CancelTopic {

    private static final int PARTITIONS = 1;
    private static final String KEPT_MILLIS =
            Long.toString(Duration.ofMinutes(1).toMillis());
    private static final int TIMEOUT_MILLIS = 5_000;

    private CancelTopic() {}

    /**
     * Makes it unless it is there; one that is stays as it is.
     *
     * @param replicas the Kafka broker's default when empty
     * @throws ExecutionException when Kafka is away or does not let us
     */
    static void ensure(String bootstrapServers, Optional<Short> replicas)
            throws ExecutionException, InterruptedException {
        NewTopic topic = new NewTopic(Topics.PROXIES_CANCELS, Optional.of(PARTITIONS), replicas)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        KEPT_MILLIS,
                        // Only segments that are closed are ever deleted.
                        TopicConfig.SEGMENT_MS_CONFIG,
                        KEPT_MILLIS));
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "db-proxy-cancels",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS))) {
            // Who may not make topics may still use the one that somebody else made.
            if (!admin.listTopics().names().get().contains(Topics.PROXIES_CANCELS)) {
                admin.createTopics(List.of(topic)).all().get();
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
