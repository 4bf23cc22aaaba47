package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantActivate;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;

/** The transports of this installation, by name. */
@ApplicationScoped
class Transports {

    private final List<Transport> transports;

    Transports(@All List<Transport> transports) {
        this.transports = transports;
    }

    Command setUp(GrantActivate terms) {
        return transports.stream()
                .filter(transport -> transport.name().equals(terms.transport()))
                .findFirst()
                .map(transport -> transport.setUp(terms))
                .orElseGet(() -> new Command.NotSetUp("the transport '" + terms.transport()
                        + "' is not available here; choose one of: "
                        + transports.stream().map(Transport::name).sorted().collect(Collectors.joining(", "))));
    }

    /** What was never set up counts as taken down. */
    Command takeDown(GrantActivate terms) {
        return transports.stream()
                .filter(transport -> transport.name().equals(terms.transport()))
                .findFirst()
                .map(transport -> transport.takeDown(terms))
                .orElseGet(Command.TakenDown::new);
    }
}
