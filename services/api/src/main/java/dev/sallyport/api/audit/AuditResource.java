package dev.sallyport.api.audit;

import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.auditstore.AuditReader;
import dev.sallyport.auditstore.AuditStoreException;
import dev.sallyport.auditstore.AuditedSession;
import dev.sallyport.auditstore.SessionFilter;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.kernel.SessionId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/audit")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "audit")
class AuditResource {

    private final AuditReader reader;
    private final Caller caller;
    private final SessionReaders readers;

    AuditResource(AuditReader reader, Caller caller, SessionReaders readers) {
        this.reader = reader;
        this.caller = caller;
        this.readers = readers;
    }

    @GET
    @Path("/sessions")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "listSessions", summary = "Sessions, the newest first: mine, or all for who audits")
    public Page<AuditedSession> sessions(
            @QueryParam("person") @Nullable String person,
            @QueryParam("target") @Nullable String target,
            @QueryParam("role") @Nullable String role,
            @QueryParam("from") @Nullable String from,
            @QueryParam("until") @Nullable String until,
            @QueryParam("text") @Nullable String text,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        SessionFilter filter = new SessionFilter(
                seesAll() ? person : caller.subject(), target, role, time("from", from), time("until", until), text);
        dev.sallyport.auditstore.Page<AuditedSession> page =
                read(() -> reader.sessions(filter, query.limit(), query.after().orElse(null)));
        // The store finds people by name too, and names are not unique; and the policies may keep some from everybody.
        return new Page<>(readers.readable(caller.person(), page.items()), encoded(page.nextCursor()));
    }

    @GET
    @Path("/sessions/{id}")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "getSession", summary = "One session")
    public AuditedSession session(@PathParam("id") String id) {
        return visible(id);
    }

    @GET
    @Path("/sessions/{id}/statements")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "listStatements", summary = "What was executed in a session, in its order")
    public Page<StatementExecuted> statements(
            @PathParam("id") String id,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        SessionId session = visible(id).id();
        dev.sallyport.auditstore.Page<StatementExecuted> page = read(
                () -> reader.statements(session, query.limit(), query.after().orElse(null)));
        return new Page<>(page.items(), encoded(page.nextCursor()));
    }

    private AuditedSession visible(String id) {
        SessionId session;
        try {
            session = new SessionId(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("session", id);
        }
        return read(() -> reader.session(session))
                .filter(found -> readers.mayRead(caller.person(), found))
                .orElseThrow(() -> ProblemException.notFound("session", id));
    }

    private boolean seesAll() {
        return caller.has(Role.AUDITOR) || caller.has(Role.ADMIN);
    }

    private static <T> T read(Supplier<T> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_cursor", "cursor is the next_cursor of the page before");
        } catch (AuditStoreException e) {
            throw new ProblemException(503, "audit_store_unavailable", "the audit store cannot be read now");
        }
    }

    private static @Nullable String encoded(@Nullable String position) {
        return position == null
                ? null
                : java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(position.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest("invalid_time", name + " is a time such as 2026-11-21T10:15:30Z");
        }
    }
}
