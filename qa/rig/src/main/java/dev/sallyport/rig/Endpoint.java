package dev.sallyport.rig;

import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a client connects to, and as whom. TLS is offered at either end, with a certificate for {@code localhost} that
 * {@code authority} issued.
 *
 * @param way {@code direct} or {@code proxy}: how it is called in reports
 * @param grant whose statements the proxy records; empty for the direct way
 */
public record Endpoint(
        String way,
        String host,
        int port,
        String database,
        String user,
        Secret password,
        Path authority,
        Optional<GrantId> grant) {

    /** The database itself. */
    public static Endpoint direct(int port, String database, String user, Secret password, Path authority) {
        return new Endpoint("direct", "localhost", port, database, user, password, authority, Optional.empty());
    }

    /** Whether it leads through the proxy. */
    public boolean proxied() {
        return grant.isPresent();
    }

    /** The grant. */
    public GrantId grantId() {
        return grant.orElseThrow(() -> new IllegalStateException("nothing is recorded on the direct way"));
    }
}
