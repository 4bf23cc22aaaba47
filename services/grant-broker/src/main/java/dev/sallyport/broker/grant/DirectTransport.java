package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.kernel.GrantId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The client connects to the db-proxy itself: nothing has to be arranged, the proxy alone enforces. */
@ApplicationScoped
class DirectTransport implements Transport {

    @Override
    public String name() {
        return GrantActivate.DIRECT;
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public Uni<Optional<Command>> setUp(GrantActivate terms) {
        return Uni.createFrom().item(Optional.of(new Command.SetUp()));
    }

    @Override
    public Uni<Optional<Command>> takeDown(GrantId grant) {
        return Uni.createFrom().item(Optional.of(new Command.TakenDown()));
    }

    @Override
    public Uni<Void> leaveBehind(GrantId grant) {
        return Uni.createFrom().voidItem();
    }
}
