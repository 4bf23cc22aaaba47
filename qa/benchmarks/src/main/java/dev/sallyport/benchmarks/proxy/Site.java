package dev.sallyport.benchmarks.proxy;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.rig.PackagedProxy;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A PostgreSQL and every way to it. With TLS each leg of each way is encrypted, without none is. */
final class Site implements AutoCloseable {

    static final String DATABASE = "bench";

    private static final String USER = "bench";
    private static final int MAX_CONNECTIONS = 2_100;

    private final PostgresServer server;
    private final Peers peers;
    private final Routes routes;

    Site(Path folder, PackagedProxy proxy, boolean tls) throws IOException {
        Secret password = Secret.random(24);
        Optional<ServerCertificate> certificate =
                tls ? Optional.of(proxy.authority().issue("bench-tls", "localhost")) : Optional.empty();
        PostgresServer.Builder builder = PostgresServer.in(folder.resolve("postgres"))
                .forTests()
                .setting("max_connections", Integer.toString(MAX_CONNECTIONS))
                .setting("shared_buffers", "128MB");
        certificate.ifPresent(builder::tls);
        server = builder.start();
        server.execute(
                "postgres",
                "CREATE ROLE " + USER + " LOGIN PASSWORD '" + password.reveal() + "'",
                "CREATE DATABASE " + DATABASE + " OWNER " + USER);
        Route direct = new Route("direct", server.port(), USER, password.reveal(), Optional.empty());
        peers = Peers.before(direct, DATABASE, folder.resolve("peers"), certificate);
        routes = Routes.of(direct, peers, proxy, Engine.POSTGRES, DATABASE);
    }

    Routes routes() {
        return routes;
    }

    @Override
    public void close() {
        peers.close();
        server.close();
    }
}
