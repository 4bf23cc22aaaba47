package dev.sallyport.api.access;

import dev.sallyport.api.database.Outage;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.GrantProgressed;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Listens to the grant-broker. What cannot be read goes to the dead letters. */
@ApplicationScoped
class GrantProgress {

    private final Grants grants;

    GrantProgress(Grants grants) {
        this.grants = grants;
    }

    @Incoming("grants-progress")
    Uni<Void> consume(String json) {
        Event<GrantProgressed> event = EventJson.read(EventType.GRANT_PROGRESSED, json);
        return Outage.ridingOut(() -> Panache.withTransaction(() -> grants.told(event)));
    }
}
