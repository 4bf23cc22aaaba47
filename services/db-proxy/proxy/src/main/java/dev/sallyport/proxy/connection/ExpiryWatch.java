package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.grants.GrantState;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells one client that its grant ends soon: once, and once more for each time that it is extended. A grant that is shorter than
 * twice the notice is told of when half of it is over. Confined to the client's event loop.
 */
final class ExpiryWatch {

    private static final long RETRY_MILLIS = 100;

    private final Node.Parts parts;
    private final EventLoop loop;
    private final Predicate<String> client;
    private GrantState grant;
    private @Nullable Instant told;
    private @Nullable ScheduledFuture<?> next;

    /** @param client says it; false when that is to be tried again soon */
    ExpiryWatch(Node.Parts parts, EventLoop loop, GrantState grant, Predicate<String> client) {
        this.parts = parts;
        this.loop = loop;
        this.grant = grant;
        this.client = client;
    }

    void start() {
        if (parts.expiryNotice().isPositive()) {
            look();
        }
    }

    void stop() {
        ScheduledFuture<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    private void look() {
        grant = parts.grants().live(grant.login()).orElse(grant);
        Instant expiresAt = grant.expiresAt();
        Instant now = parts.clock().instant();
        if (expiresAt.equals(told)) {
            // Whoever is still in then, has been given more time.
            again(Duration.between(now, expiresAt).toMillis());
        } else if (now.isBefore(expiresAt.minus(notice()))) {
            again(Duration.between(now, expiresAt.minus(notice())).toMillis() + 1);
        } else if (client.test(
                "your access ends at " + expiresAt.truncatedTo(ChronoUnit.SECONDS) + ": what runs then is cut off")) {
            told = expiresAt;
            again(Duration.between(now, expiresAt).toMillis());
        } else {
            again(RETRY_MILLIS);
        }
    }

    private Duration notice() {
        Duration half = Duration.between(grant.activatedAt(), grant.expiresAt()).dividedBy(2);
        return half.compareTo(parts.expiryNotice()) < 0 ? half : parts.expiryNotice();
    }

    private void again(long millis) {
        next = loop.schedule(this::look, Math.max(RETRY_MILLIS, millis), TimeUnit.MILLISECONDS);
    }
}
