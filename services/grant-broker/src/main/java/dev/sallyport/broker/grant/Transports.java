package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantActivate;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The transports of this installation, by name. */
@ApplicationScoped
class Transports {

    private final List<Transport> transports;

    Transports(@All List<Transport> transports) {
        this.transports = transports;
    }

    Uni<Optional<Command>> setUp(GrantActivate terms) {
        return named(terms)
                .filter(Transport::available)
                .map(transport -> transport.setUp(terms))
                .orElseGet(() -> Uni.createFrom().item(Optional.of(new Command.NotSetUp(missing(terms)))));
    }

    /** Whether or not it is available now. What was never set up counts as taken down. */
    Uni<Optional<Command>> takeDown(GrantActivate terms) {
        return named(terms)
                .map(transport -> transport.takeDown(terms.grantId()))
                .orElseGet(() -> Uni.createFrom().item(Optional.of(new Command.TakenDown())));
    }

    Uni<Void> leaveBehind(GrantActivate terms) {
        return named(terms)
                .map(transport -> transport.leaveBehind(terms.grantId()))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Optional<Transport> named(GrantActivate terms) {
        return transports.stream()
                .filter(transport -> transport.name().equals(terms.transport()))
                .findFirst();
    }

    private String missing(GrantActivate terms) {
        return "the transport '" + terms.transport() + "' is not available here; choose one of: "
                + transports.stream()
                        .filter(Transport::available)
                        .map(Transport::name)
                        .sorted()
                        .collect(Collectors.joining(", "));
    }
}
