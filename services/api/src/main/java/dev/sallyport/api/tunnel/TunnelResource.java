package dev.sallyport.api.tunnel;

import dev.sallyport.api.access.Actor;
import dev.sallyport.api.access.Grants;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.kernel.TunnelId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/access/grants/{id}/tunnel")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access")
class TunnelResource {

    private final Caller caller;
    private final Actor actor;
    private final Grants grants;
    private final Tickets tickets;

    TunnelResource(Caller caller, Actor actor, Grants grants, Tickets tickets) {
        this.caller = caller;
        this.actor = actor;
        this.grants = grants;
        this.tickets = tickets;
    }

    @Schema(name = "TunnelBody")
    record Body(@Schema(nullable = true) @Nullable String tunnelId) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.USER)
    @Operation(
            operationId = "createTunnelTicket",
            summary = "Where and with what token to open a tunnel for my own active grant")
    public RestResponse<Ticket> ticket(@PathParam("id") String id, @Nullable Body body) {
        Optional<TunnelId> tunnel =
                Optional.ofNullable(body).map(Body::tunnelId).map(TunnelResource::tunnelId);
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED,
                        tickets.issue(grants.get(actor.person(), id), caller.grantee(), tunnel))
                .header("Cache-Control", "no-store")
                .build();
    }

    private static TunnelId tunnelId(String text) {
        try {
            return new TunnelId(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_field", "tunnel_id is that of a ticket before, or null");
        }
    }
}
