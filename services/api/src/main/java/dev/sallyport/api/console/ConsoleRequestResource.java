package dev.sallyport.api.console;

import dev.sallyport.api.access.Actor;
import dev.sallyport.api.access.RequestList;
import dev.sallyport.api.access.RequestView;
import dev.sallyport.api.access.Requests;
import dev.sallyport.api.access.Requests.Verdict;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.problem.ProblemException;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * The page of one request, which messages lead to. Its address is for others to keep: {@code /console/requests/<id>}. It shows;
 * nothing is decided by opening it.
 *
 * <p>Its path begins as {@link ConsoleResource}'s does: with one of its own it would take all calls below a request.
 */
@Path("/console")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class ConsoleRequestResource {

    private static final int MAX_COMMENT = 1_000;

    private final Actor actor;
    private final Requests requests;
    private final RequestList requestList;
    private final InstantSource clock;

    ConsoleRequestResource(Actor actor, Requests requests, RequestList requestList, InstantSource clock) {
        this.actor = actor;
        this.requests = requests;
        this.requestList = requestList;
        this.clock = clock;
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance request(Viewer viewer, String id);

        static native TemplateInstance noRequest(Viewer viewer);

        static native TemplateInstance requestState(Rows.RequestPage page);

        private Templates() {}
    }

    @GET
    @Path("/requests/{id}")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public Response page(@PathParam("id") String id) {
        Person person = actor.person();
        Viewer viewer = Viewer.of(person);
        try {
            RequestView request = requestList.get(person, id);
            return Response.ok(Templates.request(viewer, request.id()).render()).build();
        } catch (ProblemException e) {
            if (e.problem().status() != Response.Status.NOT_FOUND.getStatusCode()) {
                throw e;
            }
            return Response.status(Response.Status.NOT_FOUND)
                    .entity(Templates.noRequest(viewer).render())
                    .build();
        }
    }

    @GET
    @Path("/requests/{id}/state")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance state(@PathParam("id") String id) {
        Person person = actor.person();
        return state(person, requestList.get(person, id));
    }

    @POST
    @Path("/requests/{id}/decision/{verdict:approve|deny}")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance decide(
            @PathParam("id") String id,
            @PathParam("verdict") String verdict,
            @RestForm("comment") @Nullable String comment,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ConsoleResource.refuseForeignSites(htmx);
        Person person = actor.person();
        return state(person, requests.decide(person, id, verdict(verdict), bounded(comment)));
    }

    private TemplateInstance state(Person person, RequestView request) {
        boolean decidable = requestList.awaits(person, request);
        return Templates.requestState(Rows.RequestPage.of(request, Viewer.of(person), decidable, clock.instant()));
    }

    private static Verdict verdict(String path) {
        return Verdict.valueOf(path.toUpperCase(Locale.ROOT));
    }

    private static String bounded(@Nullable String comment) {
        if (comment != null && comment.length() > MAX_COMMENT) {
            throw ProblemException.badRequest("invalid_field", "comment has " + MAX_COMMENT + " characters at most");
        }
        return comment == null ? "" : comment.strip();
    }
}
