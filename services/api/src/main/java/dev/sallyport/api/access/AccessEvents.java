package dev.sallyport.api.access;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.access.AccessDecided;
import dev.sallyport.contracts.access.AccessEnded;
import dev.sallyport.contracts.access.AccessRequested;
import dev.sallyport.contracts.access.AccessReviewed;
import dev.sallyport.contracts.access.GlassBroken;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the public is told about requests. Each method is part of the caller's transaction. */
@ApplicationScoped
class AccessEvents {

    private final Outbox outbox;
    private final InstantSource clock;

    AccessEvents(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /** @param unattended nobody's approval is waited for */
    Uni<Void> requested(RequestRow row, String workflow, boolean unattended) {
        return tell(
                EventType.ACCESS_REQUESTED,
                row.id,
                new AccessRequested(
                        new RequestId(row.id),
                        row.requester(),
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        Duration.ofSeconds(row.durationSeconds),
                        row.reason,
                        row.ticket,
                        workflow,
                        unattended,
                        row.createdAt));
    }

    Uni<Void> reviewed(RequestRow row, Grantee reviewer, String comment, List<String> missing) {
        return tell(
                EventType.ACCESS_REVIEWED,
                row.id,
                new AccessReviewed(
                        new RequestId(row.id),
                        row.requester(),
                        reviewer,
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        comment,
                        missing,
                        clock.instant()));
    }

    /** Approved or denied. */
    Uni<Void> decided(RequestRow row, Grantee by, String comment) {
        return tell(
                row.status == RequestStatus.APPROVED ? EventType.ACCESS_APPROVED : EventType.ACCESS_DENIED,
                row.id,
                new AccessDecided(
                        new RequestId(row.id),
                        grantId(row.grantId),
                        row.requester(),
                        by,
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        comment,
                        clock.instant()));
    }

    /** Cancelled or expired. */
    Uni<Void> ended(RequestRow row) {
        return tell(
                row.status == RequestStatus.CANCELLED ? EventType.ACCESS_CANCELLED : EventType.ACCESS_EXPIRED,
                row.id,
                new AccessEnded(
                        new RequestId(row.id),
                        null,
                        row.requester(),
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        row.decidedBy,
                        clock.instant()));
    }

    /** A grant ended before the broker heard of it. */
    Uni<Void> notBegun(GrantRow row) {
        return tell(
                GrantRow.NOT_ACTIVATED.equals(row.closeReason) ? EventType.ACCESS_EXPIRED : EventType.ACCESS_CANCELLED,
                row.requestId,
                new AccessEnded(
                        new RequestId(row.requestId),
                        new GrantId(row.id),
                        row.grantee(),
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        row.closedBy,
                        clock.instant()));
    }

    Uni<Void> glassBroken(RequestRow row) {
        return tell(
                EventType.ACCESS_BREAKGLASS,
                row.id,
                new GlassBroken(
                        new RequestId(row.id),
                        new GrantId(Objects.requireNonNull(row.grantId)),
                        row.requester(),
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        Duration.ofSeconds(row.durationSeconds),
                        row.reason,
                        row.ticket,
                        clock.instant()));
    }

    private <T> Uni<Void> tell(EventType<T> type, String request, T data) {
        Instant now = clock.instant();
        return outbox.add(Event.of(type, Ensure.SOURCE, new RequestId(request), now, data));
    }

    private static @Nullable GrantId grantId(@Nullable String id) {
        return Optional.ofNullable(id).map(GrantId::new).orElse(null);
    }
}
