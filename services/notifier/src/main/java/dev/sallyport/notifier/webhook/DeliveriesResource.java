package dev.sallyport.notifier.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.notifier.rest.Caller;
import dev.sallyport.notifier.rest.Page;
import dev.sallyport.notifier.rest.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Deliveries over REST: what waits, what arrived, what is dead, and how it is sent again. */
@Path("/api/webhooks/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class DeliveriesResource {

    private static final Set<String> STATES = Set.of("pending", "delivered", "dead");

    private final DeliveryRecords records;
    private final Endpoints endpoints;
    private final Caller caller;

    DeliveriesResource(DeliveryRecords records, Endpoints endpoints, Caller caller) {
        this.records = records;
        this.endpoints = endpoints;
        this.caller = caller;
    }

    /** Which dead ones are sent again; all when both are missing. */
    record Replay(
            @JsonProperty("endpoint") @Nullable String endpoint,
            @JsonProperty("event_type") @Nullable String eventType) {}

    /** @param more whether some are left: a call takes {@value DeliveryRecords#REPLAYED_AT_ONCE} */
    record Replayed(int replayed, boolean more) {}

    @GET
    @RolesAllowed({Caller.ADMIN, Caller.AUDITOR})
    public Page<DeliveryRecords.Shown> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("event_type") @Nullable String eventType,
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        if (state != null && !STATES.contains(state)) {
            throw ProblemException.badRequest("invalid_state", "state is pending, delivered or dead");
        }
        int wanted = Page.limit(limit);
        List<DeliveryRecords.Shown> rows =
                records.list(new DeliveryRecords.Filter(state, eventType, endpoint), before(cursor), wanted + 1);
        boolean more = rows.size() > wanted;
        List<DeliveryRecords.Shown> shown = more ? rows.subList(0, wanted) : rows;
        return new Page<>(shown, more ? shown.getLast().id() : null);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Caller.ADMIN, Caller.AUDITOR})
    public DeliveryRecords.Shown get(@PathParam("id") String id) {
        return records.get(number(id)).orElseThrow(() -> ProblemException.notFound("delivery", id));
    }

    @POST
    @Path("/{id}/replay")
    @ResponseStatus(202)
    @RolesAllowed(Caller.ADMIN)
    public DeliveryRecords.Shown replay(@PathParam("id") String id) {
        DeliveryRecords.Shown delivery = get(id);
        if (!names().contains(delivery.endpoint())) {
            throw ProblemException.conflict(
                    "endpoint_gone", "there is no endpoint '" + delivery.endpoint() + "' any more");
        }
        if (!records.replay(number(id), caller.person())) {
            throw ProblemException.conflict("delivery_pending", "delivery " + id + " waits to be sent already");
        }
        return get(id);
    }

    @POST
    @Path("/replay")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @RolesAllowed(Caller.ADMIN)
    public Replayed replayDead(@Nullable Replay body) {
        Replay which = body == null ? new Replay(null, null) : body;
        if (which.endpoint() != null && !names().contains(which.endpoint())) {
            throw ProblemException.notFound("endpoint", which.endpoint());
        }
        int replayed = records.replayDead(
                new DeliveryRecords.Filter("dead", which.eventType(), which.endpoint()), names(), caller.person());
        return new Replayed(replayed, replayed == DeliveryRecords.REPLAYED_AT_ONCE);
    }

    private List<String> names() {
        return endpoints.all().stream().map(Endpoint::name).toList();
    }

    private static long before(@Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest("invalid_cursor", "cursor is the next_cursor of the page before");
        }
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw ProblemException.notFound("delivery", id);
        }
    }
}
