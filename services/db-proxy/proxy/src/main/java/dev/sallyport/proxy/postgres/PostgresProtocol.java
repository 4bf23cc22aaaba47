package dev.sallyport.proxy.postgres;

import dev.sallyport.kernel.Engine;
import dev.sallyport.pgwire.auth.MockVerifiers;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Protocol;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL's protocol, 3.0 and 3.2. */
@ApplicationScoped
public class PostgresProtocol implements Protocol {

    private final CancelKeys cancelKeys = new CancelKeys();
    private final MockVerifiers mockVerifiers = new MockVerifiers();
    private final SaltedPasswords saltedPasswords = new SaltedPasswords();

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
        PostgresConnection accepted = new PostgresConnection(connection, cancelKeys, mockVerifiers, saltedPasswords);
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
