package dev.sallyport.benchmarks.proxy;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.rig.PackagedProxy;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The best of the MySQL family that runs here, and every way to it. No leg is encrypted. */
final class MySqlSite implements AutoCloseable {

    static final String DATABASE = "bench";

    private static final String USER = "bench";

    private final MySqlFamilyServer server;
    private final Peers peers;
    private final Routes routes;

    MySqlSite(Path folder, PackagedProxy proxy) throws IOException {
        Secret password = Secret.random(24);
        Distribution distribution = Distribution.best();
        server = MySqlFamilyServer.in(folder.resolve("mysql"), distribution)
                .forTests()
                .plainText()
                .start();
        server.execute(
                "",
                "CREATE DATABASE " + DATABASE,
                "CREATE USER '" + USER + "'@'%' IDENTIFIED "
                        + (server.engine() == Engine.MYSQL ? "WITH mysql_native_password BY '" : "BY '")
                        + password.reveal() + "'",
                "GRANT ALL PRIVILEGES ON " + DATABASE + ".* TO '" + USER + "'@'%'");
        Route direct = new Route("direct", server.port(), USER, password.reveal(), Optional.empty());
        peers = Peers.haproxyBefore(direct, folder.resolve("peers"));
        routes = Routes.of(direct, peers, proxy, server.engine(), DATABASE);
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
