package dev.sallyport.broker.grant;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.MalformedEventException;
import dev.sallyport.outbox.Outage;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Commands from Kafka, one after the other. What is no command becomes a dead letter at once; when the database is away a
 * command waits for it.
 */
@ApplicationScoped
class GrantCommands {

    private static final Logger LOG = Logger.getLogger(GrantCommands.class);

    private final Grants grants;
    private final BrokerConfig config;
    private final Outage outage;

    GrantCommands(Grants grants, BrokerConfig config, Outage outage) {
        this.grants = grants;
        this.config = config;
        this.outage = outage;
    }

    @Incoming("grant-commands")
    Uni<Void> receive(String json) {
        return Uni.createFrom().item(json).map(EventJson::read).chain(this::handle);
    }

    private Uni<Void> handle(Event<?> event) {
        return Uni.createFrom()
                .deferred(() -> outage.ridingOut(() -> grants.handle(event)))
                .onFailure(GrantCommands::mayPass)
                .invoke(e ->
                        LOG.warnf("the command %s of grant %s is tried again: %s", event.type(), event.subject(), e))
                .onFailure(GrantCommands::mayPass)
                .retry()
                .withBackOff(Duration.ofMillis(100), config.commandBackoff())
                .atMost(config.commandAttempts());
    }

    private static boolean mayPass(Throwable failure) {
        return !(failure instanceof MalformedEventException);
    }
}
