package dev.sallyport.api.audit;

import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.audit.StatementExecuted;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Server-sent events (WHATWG HTML, 9.2): one {@code statement} each, comments in between, {@code dropped} for who is too slow. */
@Path("/api/audit/live")
@Tag(name = "audit")
public class LiveResource {

    private final LiveStatements live;
    private final LiveConfig config;
    private final Sse sse;
    private final Caller caller;
    private final SessionReaders readers;

    LiveResource(LiveStatements live, LiveConfig config, Sse sse, Caller caller, SessionReaders readers) {
        this.live = live;
        this.caller = caller;
        this.readers = readers;
        this.config = config;
        this.sse = sse;
    }

    @GET
    @NonBlocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed({Role.AUDITOR, Role.ADMIN})
    @Operation(operationId = "watchStatements", summary = "Every statement that I may read, as it happens")
    public Multi<OutboundSseEvent> watch() {
        if (live.isFull()) {
            throw new ProblemException(503, "too_many_watchers", "too many watch already: try again later");
        }
        Multi<OutboundSseEvent> alive = Multi.createFrom()
                .ticks()
                .startingAfter(java.time.Duration.ofMillis(1))
                .every(config.heartbeat())
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("alive").build());
        return Multi.createBy()
                .merging()
                .streams(live.watch().filter(readers.watching(caller.person())).map(this::event), alive)
                .onFailure(BackPressureFailure.class)
                .recoverWithItem(() -> sse.newEventBuilder()
                        .name("dropped")
                        .data("this client was too slow: connect again, the audit store has what was missed")
                        .build());
    }

    private OutboundSseEvent event(StatementExecuted statement) {
        return sse.newEventBuilder()
                .name("statement")
                .id(statement.sessionId() + "-" + statement.sequence() + "-" + statement.part())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(StatementExecuted.class, statement)
                .build();
    }
}
