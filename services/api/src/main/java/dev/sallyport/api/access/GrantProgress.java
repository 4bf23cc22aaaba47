package dev.sallyport.api.access;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.outbox.Outage;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Listens to the grant-broker. What cannot be read goes to the dead letters. */
@ApplicationScoped
class GrantProgress {

    private final Grants grants;
    private final Outage outage;

    GrantProgress(Grants grants, Outage outage) {
        this.grants = grants;
        this.outage = outage;
    }

    @Incoming("grants-progress")
    Uni<Void> consume(String json) {
        Event<GrantProgressed> event = EventJson.read(EventType.GRANT_PROGRESSED, json);
        return outage.ridingOut(() -> Panache.withTransaction(() -> grants.told(event)));
    }
}
