package dev.sallyport.auditstore;

import com.github.f4b6a3.ksuid.Ksuid;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The day, in UTC, that a record belongs to. */
final class Days {

    static LocalDate of(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }

    /** The day on which the id was made: every event of a session tells it, whichever comes first. */
    static LocalDate of(SessionId session) {
        return of(Ksuid.getInstant(session.value().substring(SessionId.PREFIX.length())));
    }

    private Days() {}
}
