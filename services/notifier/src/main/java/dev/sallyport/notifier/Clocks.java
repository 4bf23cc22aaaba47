package dev.sallyport.notifier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The one clock of this service. */
@ApplicationScoped
class Clocks {

    @Produces
    @Singleton
    InstantSource clock() {
        // What PostgreSQL keeps and JSON shows: a time is the same wherever it is read.
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }
}
