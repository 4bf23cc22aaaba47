package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.MalformedEventException;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.outbox.Outage;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Takes the commands whose header {@code agent} names this agent; the others are somebody else's. */
@ApplicationScoped
class CommandConsumer {

    private static final Logger LOG = Logger.getLogger(CommandConsumer.class);

    private final Jobs jobs;
    private final JobRunner runner;
    private final Outage outage;
    private final String agent;

    CommandConsumer(
            Jobs jobs, JobRunner runner, Outage outage, @ConfigProperty(name = "sallyport.agent.id") String agent) {
        this.jobs = jobs;
        this.runner = runner;
        this.outage = outage;
        this.agent = agent;
    }

    @Incoming("dbroles-commands")
    Uni<Void> take(ConsumerRecord<String, String> record) {
        Header header = record.headers().lastHeader("agent");
        if (header == null || !agent.equals(new String(header.value(), StandardCharsets.UTF_8))) {
            return Uni.createFrom().voidItem();
        }
        Event<?> command = EventJson.read(record.value());
        return outage.ridingOut(() -> act(command))
                .invoke(news -> {
                    if (news) {
                        LOG.infof("took %s of %s", command.type(), command.subject());
                        runner.nudge();
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Boolean> act(Event<?> command) {
        return switch (command.data()) {
            case JobCommand job -> jobs.accept(command, job);
            case JobCancelled cancelled -> jobs.cancel(command.id(), cancelled);
            default -> throw new MalformedEventException(command.type() + " is no command for a provisioner");
        };
    }
}
