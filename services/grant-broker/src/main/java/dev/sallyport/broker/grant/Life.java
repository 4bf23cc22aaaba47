package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a grant is. The picture is in the description of the package. */
public sealed interface Life {

    /** How it is told to others. */
    Phase phase();

    /** Never heard of. */
    record None() implements Life {
        @Override
        public Phase phase() {
            throw new IllegalStateException("a grant that was never heard of has no phase");
        }
    }

    /** Its transport is being set up. */
    record Activating(Duration duration) implements Life {
        @Override
        public Phase phase() {
            return Phase.ACTIVATING;
        }
    }

    /** Open, until {@code expiresAt}. */
    record Active(Instant activatedAt, Instant expiresAt) implements Life {
        @Override
        public Phase phase() {
            return Phase.ACTIVE;
        }
    }

    /** Nobody gets in any more; its transport is being taken down. */
    record Closing(@Nullable Active lived, Ending ending) implements Life {
        @Override
        public Phase phase() {
            return Phase.CLOSING;
        }
    }

    /** The end. */
    record Closed(@Nullable Active lived, Ending ending, Instant closedAt) implements Life {
        @Override
        public Phase phase() {
            return Phase.CLOSED;
        }
    }

    /** It could not be set up; it may be activated again. */
    record Failed(String message) implements Life {
        @Override
        public Phase phase() {
            return Phase.FAILED;
        }
    }

    /**
     * Why it ended.
     *
     * @param reason {@code expired}, {@code closed} or {@code revoked}
     * @param by the subject of who ended it; null when nobody did
     */
    record Ending(String reason, @Nullable String by) {}
}
