package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SqlServerConnection;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.sqlserver.SqlServerStandIn;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job on an SQL Server from its command to its end, by the packaged service; the server is the stand-in. */
class SqlServerJobIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:ledger");
    private static final Login SA = new Login("sa", Secret.of("Sa-password1"));

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static SqlServerStandIn server;
    private static Vertx vertx;
    private static Targets targets;
    private static Endpoint endpoint;

    @BeforeAll
    static void start() {
        provisioner = new PackagedProvisioner(folder);
        vertx = Vertx.vertx();
        server = SqlServerStandIn.secured(
                0, "Sa-password1", provisioner.authority().issue("ledger"));
        targets = new Targets(Optional.of(provisioner.authority().certificateFile()), vertx);
        endpoint = new Endpoint(Engine.SQLSERVER, "localhost", server.port(), "master");
        as(
                SA,
                "CREATE LOGIN [admin] WITH PASSWORD = N'Nobody-knows1'",
                "GRANT ALTER ANY LOGIN TO [admin] WITH GRANT OPTION",
                "CREATE DATABASE [ledger]",
                "ALTER AUTHORIZATION ON DATABASE::[ledger] TO [admin]");
        provisioner
                .cloud()
                .addInstance(new DbInstance(
                        ARN,
                        "sqlserver-se",
                        "16.00",
                        "localhost",
                        server.port(),
                        "admin",
                        "",
                        Map.of(),
                        (user, password) -> as(SA, "ALTER LOGIN [" + user + "] WITH PASSWORD = N'" + password + "'")));
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void makesTheRolesAndTellsNoPassword() throws IOException {
        provisioner.listen();
        provisioner.run();
        JobId job = JobId.next(InstantSource.system());
        provisioner.send(command(job), provisioner.agent());
        JobProgressed end = provisioner.awaitEnd(job);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(end.provisioned())
                .isEqualTo(new JobProgressed.Provisioned(
                        Engine.SQLSERVER, "localhost", server.port(), null, "master", List.of("ledger")));
        String log = Files.readString(provisioner.log());
        for (String role : List.of("master", "hoop_ro", "hoop_rw", "hoop_ddl")) {
            Login login = Credentials.login(provisioner
                    .secrets()
                    .current(Credentials.secretId(ARN, role))
                    .orElseThrow());
            assertThat(targets.accepts(endpoint, login)).as(role).isTrue();
            assertThat(log.contains(login.password().reveal())).isFalse();
            assertThat(provisioner.heard())
                    .noneMatch(text -> text.contains(login.password().reveal()));
        }
    }

    private static Event<ProvisionRequested> command(JobId job) {
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                provisioner.agent(),
                "prod-ledger",
                List.of("create-connections"),
                null,
                ARN,
                null,
                null,
                false,
                null,
                "admin",
                Instant.now());
        return Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), request);
    }

    private static void as(Login login, String... statements) {
        try (SqlServerConnection connection = targets.connectSqlServer(endpoint, login, "master")) {
            for (String sql : statements) {
                connection.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
