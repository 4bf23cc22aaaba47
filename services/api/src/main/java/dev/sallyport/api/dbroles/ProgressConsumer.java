package dev.sallyport.api.dbroles;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.outbox.Outage;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Listens to provisioners. What cannot be read, or is about no job of ours, goes to the dead letters. */
@ApplicationScoped
class ProgressConsumer {

    private final JobCourse jobs;
    private final Outage outage;

    ProgressConsumer(JobCourse jobs, Outage outage) {
        this.jobs = jobs;
        this.outage = outage;
    }

    @Incoming("dbroles-progress")
    Uni<Void> consume(String json) {
        Event<JobProgressed> event = EventJson.read(EventType.DBROLES_PROGRESSED, json);
        return outage.ridingOut(() -> Panache.withTransaction(() -> jobs.progressed(event)));
    }
}
