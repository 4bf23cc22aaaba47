package dev.sallyport.proxy.postgres;

import dev.sallyport.kernel.Engine;
import dev.sallyport.pgwire.auth.MockVerifiers;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.proxy.node.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL's protocol, 3.0 and 3.2. */
@ApplicationScoped
public class PostgresProtocol implements Protocol {

    private final CancelKeys cancelKeys = new CancelKeys();
    private final MockVerifiers mockVerifiers = new MockVerifiers();
    private final SaltedPasswords saltedPasswords = new SaltedPasswords();

    private final boolean replication;

    @Inject
    PostgresProtocol(Settings settings) {
        this(settings.proxy().postgres().replication());
    }

    /** @param replication whether clients may ask for a walsender */
    PostgresProtocol(boolean replication) {
        this.replication = replication;
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public Set<Engine> engines() {
        return Set.of(Engine.POSTGRES);
    }

    @Override
    public ConnectionHandler accept(ClientConnection connection) {
        PostgresConnection accepted =
                new PostgresConnection(connection, cancelKeys, mockVerifiers, saltedPasswords, replication);
        accepted.start();
        return accepted;
    }

    @Override
    public boolean cancel(String digest) {
        Optional<CancelKeys.Cancellable> session = cancelKeys.find(digest);
        session.ifPresent(ours -> ours.cancel(() -> {}));
        return session.isPresent();
    }
}
