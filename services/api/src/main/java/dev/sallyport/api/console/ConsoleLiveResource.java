package dev.sallyport.api.console;

import dev.sallyport.api.audit.LiveResource;
import dev.sallyport.api.identity.Role;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The live statements of {@code /api/audit/live} for a browser, which has a cookie where programs have a token. */
@Path("/console/live")
class ConsoleLiveResource {

    private final LiveResource live;

    ConsoleLiveResource(LiveResource live) {
        this.live = live;
    }

    @GET
    @NonBlocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed({Role.AUDITOR, Role.ADMIN})
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> live() {
        return live.watch();
    }
}
