package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantActivate;
import jakarta.enterprise.context.ApplicationScoped;

/** The client connects to the db-proxy itself: nothing has to be arranged, the proxy alone enforces. */
@ApplicationScoped
class DirectTransport implements Transport {

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public Command setUp(GrantActivate terms) {
        return new Command.SetUp();
    }

    @Override
    public Command takeDown(GrantActivate terms) {
        return new Command.TakenDown();
    }
}
