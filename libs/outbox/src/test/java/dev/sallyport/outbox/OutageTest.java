package dev.sallyport.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutageTest {

    private final Outage outage = new Outage();

    @Test
    void theWorkIsDoneAgainWhileTheDatabaseIsAway() {
        AtomicInteger tries = new AtomicInteger();
        Uni<String> work = outage.ridingOut(() -> tries.incrementAndGet() < 3
                ? Uni.createFrom().failure(new IOException("connection refused"))
                : Uni.createFrom().item("done"));

        assertThat(work.await().indefinitely()).isEqualTo("done");
        assertThat(tries).hasValue(3);
    }

    @Test
    void anotherFailureComesThroughAtOnce() {
        AtomicInteger tries = new AtomicInteger();
        Uni<Void> work = outage.ridingOut(() -> {
            tries.incrementAndGet();
            return Uni.createFrom().failure(new IllegalStateException("of the record's own"));
        });

        work.subscribe().withSubscriber(UniAssertSubscriber.create()).assertFailedWith(IllegalStateException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void nothingIsRefusedOnceWeAreStopping() {
        outage.stop(new ShutdownEvent());
        Uni<Void> work =
                outage.ridingOut(() -> Uni.createFrom().failure(new IllegalStateException("factory is closed")));

        work.subscribe().withSubscriber(UniAssertSubscriber.create()).assertNotTerminated();
    }

    @Test
    void aBrokenRuleIsNoOutageAndAShutdownOfTheServerIsOne() {
        assertThat(Outage.is(new RuntimeException(new SQLException("duplicate key", "23505"))))
                .isFalse();
        assertThat(Outage.is(new RuntimeException(new SQLException("terminating connection", "57P01"))))
                .isTrue();
    }
}
