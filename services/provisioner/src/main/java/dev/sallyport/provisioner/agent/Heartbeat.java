package dev.sallyport.provisioner.agent;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.kernel.AgentId;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Says every five seconds, and at once on start, that this agent is alive. One that cannot be sent is not made up for. */
@ApplicationScoped
class Heartbeat {

    private final AgentConfig config;
    private final AgentId agent;
    private final String version;
    private final InstantSource clock;
    private final Instant startedAt;
    private final Emitter<String> topic;

    Heartbeat(
            AgentConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version,
            InstantSource clock,
            @Channel("agents-heartbeats") @OnOverflow(OnOverflow.Strategy.DROP) Emitter<String> topic) {
        this.config = config;
        this.agent = new AgentId(config.id());
        this.version = version;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.topic = topic;
    }

    @Scheduled(every = "5s")
    void beat() {
        AgentHeartbeat alive = new AgentHeartbeat(
                agent, "provisioner", config.name(), version, startedAt, config.network(), List.of(), null);
        Event<AgentHeartbeat> event =
                Event.of(EventType.AGENT_HEARTBEAT, "/sallyport/provisioner", agent, clock.instant(), alive);
        topic.send(Message.of(EventJson.write(event))
                .addMetadata(OutgoingKafkaRecordMetadata.<String>builder()
                        .withKey(event.subject())
                        .withHeaders(new RecordHeaders()
                                .add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8)))
                        .build()));
    }
}
