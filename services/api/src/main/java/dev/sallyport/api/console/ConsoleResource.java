package dev.sallyport.api.console;

import dev.sallyport.api.access.Actor;
import dev.sallyport.api.access.Grants;
import dev.sallyport.api.access.RequestList;
import dev.sallyport.api.access.Requests;
import dev.sallyport.api.access.Requests.Verdict;
import dev.sallyport.api.audit.SessionReaders;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.dbroles.JobControl;
import dev.sallyport.api.dbroles.JobFilter;
import dev.sallyport.api.dbroles.Jobs;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.auditstore.AuditReader;
import dev.sallyport.auditstore.Page;
import dev.sallyport.auditstore.SessionFilter;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.SessionId;
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
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The console's pages and the pieces of them that htmx fetches. A change asks for the header {@code HX-Request}, which no
 * other site can make a browser send.
 */
@Path("/console")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class ConsoleResource {

    private static final PageQuery NEWEST = new PageQuery(20, Optional.empty());
    private static final int STATEMENTS_SHOWN = AuditReader.MAX_LIMIT;

    private final Actor actor;
    private final Transactions transactions;
    private final Requests requests;
    private final RequestList requestList;
    private final Grants grants;
    private final Jobs jobs;
    private final JobControl control;
    private final AuditReader audit;
    private final SessionReaders readers;
    private final InstantSource clock;

    ConsoleResource(
            Actor actor,
            Transactions transactions,
            Requests requests,
            RequestList requestList,
            Grants grants,
            Jobs jobs,
            JobControl control,
            AuditReader audit,
            SessionReaders readers,
            InstantSource clock) {
        this.actor = actor;
        this.transactions = transactions;
        this.requests = requests;
        this.requestList = requestList;
        this.grants = grants;
        this.jobs = jobs;
        this.control = control;
        this.audit = audit;
        this.readers = readers;
        this.clock = clock;
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance overview(Viewer viewer);

        static native TemplateInstance job(Viewer viewer, String id, String instance);

        static native TemplateInstance jobState(Rows.JobPage job);

        static native TemplateInstance requests(List<Rows.Request> requests);

        static native TemplateInstance grants(List<Rows.Grant> grants);

        static native TemplateInstance jobs(List<Rows.JobLine> jobs);

        static native TemplateInstance sessions(List<Rows.Session> sessions);

        static native TemplateInstance session(
                Viewer viewer, Rows.Session session, List<Rows.Statement> statements, boolean more);

        private Templates() {}
    }

    @GET
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance overview() {
        return Templates.overview(Viewer.of(actor.person()));
    }

    /** Where the issuer sends a browser back to, and where one logs out: OIDC acts before, this leads on to the page. */
    @GET
    @Path("/{way:login|logout}")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public Response home() {
        return Response.seeOther(URI.create("/console")).build();
    }

    @GET
    @Path("/requests")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance requests() {
        Person person = actor.person();
        Viewer viewer = Viewer.of(person);
        return Templates.requests(requestList.page(person, NEWEST).items().stream()
                .map(view -> Rows.Request.of(view, viewer, clock.instant()))
                .toList());
    }

    @POST
    @Path("/requests/{id}/approve")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance approve(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        return decide(id, Verdict.APPROVE, htmx);
    }

    @POST
    @Path("/requests/{id}/deny")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance deny(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        return decide(id, Verdict.DENY, htmx);
    }

    @GET
    @Path("/grants")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance grants() {
        Person person = actor.person();
        Viewer viewer = Viewer.of(person);
        return Templates.grants(grants.page(person, NEWEST).items().stream()
                .map(view -> Rows.Grant.of(view, viewer, clock.instant()))
                .toList());
    }

    @POST
    @Path("/requests/{id}/cancel")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance cancel(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        refuseForeignSites(htmx);
        requests.cancel(actor.person(), id);
        return requests();
    }

    @POST
    @Path("/grants/{id}/activate")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance activate(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        refuseForeignSites(htmx);
        grants.activate(actor.person(), id);
        return grants();
    }

    @POST
    @Path("/grants/{id}/extend")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance extend(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        refuseForeignSites(htmx);
        grants.extend(actor.person(), id, Optional.empty(), Optional.empty());
        return grants();
    }

    @POST
    @Path("/grants/{id}/close")
    @RolesAllowed(Role.USER)
    @Operation(hidden = true)
    public TemplateInstance close(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        refuseForeignSites(htmx);
        grants.close(actor.person(), id);
        return grants();
    }

    @GET
    @Path("/jobs")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(hidden = true)
    public TemplateInstance jobs() {
        return Templates.jobs(transactions.call(() -> jobs.page(NEWEST, JobFilter.ANY)).items().stream()
                .map(job -> Rows.JobLine.of(job, clock.instant()))
                .toList());
    }

    @GET
    @Path("/jobs/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(hidden = true)
    public TemplateInstance job(@PathParam("id") String id) {
        Rows.JobLine line = Rows.JobLine.of(control.get(id), clock.instant());
        return Templates.job(Viewer.of(actor.person()), line.id(), line.instance());
    }

    @GET
    @Path("/jobs/{id}/state")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(hidden = true)
    public TemplateInstance jobState(@PathParam("id") String id) {
        return state(control.get(id));
    }

    @POST
    @Path("/jobs/{id}/cancel")
    @RolesAllowed(Role.ADMIN)
    @Operation(hidden = true)
    public TemplateInstance cancelJob(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        refuseForeignSites(htmx);
        return state(control.cancel(id, actor.person().grantee().subject()));
    }

    /** Leads on to the new job. */
    @POST
    @Path("/jobs/{id}/retry")
    @RolesAllowed(Role.ADMIN)
    @Operation(hidden = true)
    public Response retryJob(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        refuseForeignSites(htmx);
        JobId next = control.retry(id, actor.person().grantee().subject());
        return Response.noContent()
                .header("HX-Redirect", "/console/jobs/" + next)
                .build();
    }

    private TemplateInstance state(Job job) {
        boolean admin = actor.person().roles().contains(Role.ADMIN);
        return Templates.jobState(Rows.JobPage.of(job, control.plan(job.id().value()), admin, clock.instant()));
    }

    @GET
    @Path("/sessions")
    @RolesAllowed({Role.AUDITOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance sessions() {
        return Templates.sessions(
                readers
                        .readable(
                                actor.person(),
                                audit.sessions(SessionFilter.ANY, NEWEST.limit(), null)
                                        .items())
                        .stream()
                        .map(session -> Rows.Session.of(session, clock.instant()))
                        .toList());
    }

    @GET
    @Path("/sessions/{id}")
    @RolesAllowed({Role.AUDITOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance session(@PathParam("id") String id) {
        SessionId session = sessionId(id);
        Rows.Session shown = audit.session(session)
                .filter(found -> readers.mayRead(actor.person(), found))
                .map(found -> Rows.Session.of(found, clock.instant()))
                .orElseThrow(() -> ProblemException.notFound("session", id));
        Page<StatementExecuted> statements = audit.statements(session, STATEMENTS_SHOWN, null);
        return Templates.session(
                Viewer.of(actor.person()),
                shown,
                statements.items().stream().map(Rows.Statement::of).toList(),
                statements.nextCursor() != null);
    }

    private TemplateInstance decide(String id, Verdict verdict, @Nullable String htmx) {
        refuseForeignSites(htmx);
        requests.decide(actor.person(), id, verdict, "");
        return requests();
    }

    static void refuseForeignSites(@Nullable String htmx) {
        if (htmx == null) {
            throw ProblemException.forbidden(
                    "not_from_the_console", "this change has to come from the console's own page");
        }
    }

    private static SessionId sessionId(String id) {
        try {
            return new SessionId(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("session", id);
        }
    }
}
