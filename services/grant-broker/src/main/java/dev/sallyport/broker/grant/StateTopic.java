package dev.sallyport.broker.grant;

import dev.sallyport.contracts.Topics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the topic of the grants' state is compacted: on any other a db-proxy that starts late would miss old
 * grants. Tried until it is so; the service is not ready before.
 */
@Readiness
@ApplicationScoped
class StateTopic implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(StateTopic.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Map<String, Object> properties;
    private final BrokerConfig config;
    private volatile boolean compacted;
    private volatile boolean stopping;
    private @Nullable Thread thread;

    StateTopic(@Identifier("default-kafka-broker") Map<String, Object> kafka, BrokerConfig config) {
        properties = new HashMap<>(kafka);
        properties.putIfAbsent(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9092");
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("state topic is compacted")
                .status(compacted)
                .build();
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("state-topic").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        while (!stopping && !compacted) {
            try (Admin admin = Admin.create(properties)) {
                ensure(admin);
                compacted = true;
            } catch (ExecutionException | RuntimeException e) {
                LOG.warnf("the topic %s is not ready, next try in %s: %s", Topics.GRANTS_STATE, PAUSE, e);
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void ensure(Admin admin) throws ExecutionException, InterruptedException {
        Map<String, String> compact = Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        NewTopic topic = new NewTopic(
                        Topics.GRANTS_STATE, Optional.of(config.stateTopicPartitions()), config.stateTopicReplicas())
                .configs(compact);
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            // Somebody else was first, perhaps a consumer whose subscription made it with the defaults.
            ConfigEntry entry = new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, Topics.GRANTS_STATE),
                            List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
