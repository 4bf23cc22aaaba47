package dev.sallyport.api.problem;

import io.netty.handler.codec.TooLongFrameException;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body above {@code quarkus.http.limits.max-body-size} by its length before anything reads it. One that hides its
 * length is cut off by Quarkus at the same size.
 */
class TooLarge {

    static final String DETAIL = "the body is larger than this API takes";

    private static final int BEFORE_ALL_OTHERS = 1_000;

    private final long limitBytes;

    TooLarge(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
        limitBytes = limit.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, BEFORE_ALL_OTHERS);
    }

    private void check(RoutingContext context) {
        if (length(context.request().getHeader(HttpHeaders.CONTENT_LENGTH)) <= limitBytes) {
            context.next();
            return;
        }
        context.response()
                .setStatusCode(413)
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(Problem.of(413, "body_too_large", DETAIL).json());
    }

    private static long length(@Nullable String header) {
        try {
            return header == null ? 0 : Long.parseLong(header);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether this is what Quarkus throws at a body that turned out too large. */
    static boolean in(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TooLongFrameException) {
                return true;
            }
        }
        return false;
    }
}
