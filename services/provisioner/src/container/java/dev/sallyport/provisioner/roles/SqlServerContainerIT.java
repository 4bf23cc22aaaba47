package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.Targets;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.mssqlserver.MSSQLServerContainer;

/** The cases on a real SQL Server. Its image may be used under Microsoft's licence for developers only. */
class SqlServerContainerIT extends SqlServerCases {

    private static final String IMAGE = "mcr.microsoft.com/mssql/server:2022-latest";
    private static final String PASSWORD = "Sa-password1";

    private static Vertx vertx;
    private static MSSQLServerContainer server;
    private static Targets targets;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        server = new MSSQLServerContainer(IMAGE).acceptLicense().withPassword(PASSWORD);
        server.start();
        // Its certificate is its own; the login is encrypted all the same.
        targets = new Targets(Optional.empty(), vertx);
    }

    @AfterAll
    static void stop() {
        server.stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Override
    Targets targets() {
        return targets;
    }

    @Override
    Endpoint endpoint() {
        return new Endpoint(
                Engine.SQLSERVER,
                server.getHost(),
                server.getMappedPort(MSSQLServerContainer.MS_SQL_SERVER_PORT),
                "master");
    }

    @Override
    Login administrator() {
        return new Login("sa", Secret.of(PASSWORD));
    }
}
