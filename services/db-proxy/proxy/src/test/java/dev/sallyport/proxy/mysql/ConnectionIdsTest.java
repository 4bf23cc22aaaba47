package dev.sallyport.proxy.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ConnectionIdsTest {

    private final ConnectionIds ids = new ConnectionIds();

    private static GrantState grant(String person, int port) {
        GrantId id = GrantId.next(InstantSource.system());
        return new GrantState(
                id,
                RequestId.next(InstantSource.system()),
                new Grantee(person, person, ""),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:111122223333:db:shop-db/shop"),
                        Engine.MYSQL,
                        "db",
                        port,
                        "hoop_rw",
                        "hoop_rw",
                        new GrantTarget.SecretRef("database", "x", "PASSWORD")),
                id.value(),
                null,
                Instant.now(),
                Instant.MAX);
    }

    @Test
    void bothNamesMeanOnesOwnConnectionWhicheverGrantItIsOf() {
        int id = ids.next();
        ids.opened(id, grant("ann", 3306), 17);
        assertThat(ids.thread(grant("ann", 3306), id)).hasValue(17);
        assertThat(ids.thread(grant("ann", 3306), 17)).hasValue(17);
    }

    @Test
    void anothersConnectionAndThatOfAnotherServerAreNotThere() {
        int id = ids.next();
        ids.opened(id, grant("ann", 3306), 17);
        assertThat(ids.thread(grant("bob", 3306), id)).isEmpty();
        assertThat(ids.thread(grant("bob", 3306), 17)).isEmpty();
        assertThat(ids.thread(grant("ann", 3307), id)).isEmpty();
        assertThat(ids.thread(grant("ann", 3307), 17)).isEmpty();
    }

    @Test
    void aClosedConnectionIsNotThere() {
        int id = ids.next();
        ids.opened(id, grant("ann", 3306), 17);
        ids.closed(id);
        ids.closed(id);
        assertThat(ids.thread(grant("ann", 3306), id)).isEmpty();
        assertThat(ids.thread(grant("ann", 3306), 17)).isEmpty();
    }

    @Test
    void aThreadBeyondTwoBillionIsPositive() {
        int id = ids.next();
        ids.opened(id, grant("ann", 3306), 0xFFFF_FFFE);
        assertThat(ids.thread(grant("ann", 3306), id)).hasValue(4_294_967_294L);
    }

    @Test
    void idsAreFarAboveAServersAndNeverNegative() {
        for (int i = 0; i < 100; i++) {
            assertThat(ids.next()).isGreaterThanOrEqualTo(ConnectionIds.FIRST);
        }
    }
}
