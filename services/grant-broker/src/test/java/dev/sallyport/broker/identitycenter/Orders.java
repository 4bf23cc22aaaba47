package dev.sallyport.broker.identitycenter;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantExtend;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.ProxyPlace;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What the api would send about one grant. */
record Orders(GrantId grant) {

    static Orders next() {
        return new Orders(GrantId.next(InstantSource.system()));
    }

    Event<GrantActivate> activate(Duration duration) {
        return activate("alice@example.com", AwsNeighbour.PROXIES, duration);
    }

    Event<GrantActivate> activate(String email, String account, Duration duration) {
        GrantTarget target = new GrantTarget(
                RdsDatabaseId.parse("arn:aws:rds:us-west-2:111111111111:db:orders/shop"),
                Engine.POSTGRES,
                "127.0.0.1",
                5432,
                "hoop_ro",
                "hoop_ro",
                new GrantTarget.SecretRef("database", "dbroles/1/us-west-2/orders/hoop_ro", "PASSWORD"));
        return event(
                EventType.GRANT_ACTIVATE,
                new GrantActivate(
                        grant,
                        RequestId.next(InstantSource.system()),
                        new Grantee("alice", "alice", email),
                        target,
                        "ssm",
                        new ProxyPlace("orders", account, "eu-west-1", "proxies"),
                        duration));
    }

    Event<GrantExtend> extend(int number, Duration by) {
        return event(EventType.GRANT_EXTEND, new GrantExtend(grant, number, by, "alice"));
    }

    Event<GrantClose> close(boolean force) {
        return event(EventType.GRANT_CLOSE, new GrantClose(grant, "revoked", "bob", force));
    }

    private <T> Event<T> event(EventType<T> type, T data) {
        return Event.of(type, "/sallyport/test", grant, Instant.now(), data);
    }
}
