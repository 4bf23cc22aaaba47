package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.DeprovisionRequested.KeptSecret;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.contracts.dbroles.ProvisionRequested.Master;
import dev.sallyport.contracts.dbroles.ProvisionRequested.MasterSource;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.rds.RdsPostgres;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose master logs in with tokens of IAM, by the packaged service, in another account than the agent's. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IamJobIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:orders");
    private static final Master IAM = new Master(MasterSource.IAM, null, null);
    private static final List<String> ROLES = List.of("hoop_ro", "hoop_rw", "hoop_ddl");

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static RdsPostgres rds;

    @BeforeAll
    static void start() {
        provisioner = new PackagedProvisioner(folder);
        rds = RdsPostgres.forTests(
                folder.resolve("rds"),
                provisioner.authority(),
                (user, token) -> provisioner.cloud().loginTokens().refusal(ARN, user, token, Instant.now()));
        rds.server()
                .execute(
                        "postgres",
                        "CREATE ROLE master LOGIN CREATEROLE CREATEDB",
                        "CREATE DATABASE orders OWNER master");
        provisioner
                .cloud()
                .addInstance(new DbInstance(
                                ARN,
                                "postgres",
                                "18.1",
                                "localhost",
                                rds.port(),
                                "master",
                                "orders",
                                Map.of(),
                                (u, p) -> {})
                        .iamAuthentication(true));
        provisioner.listen();
        provisioner.run();
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        rds.close();
    }

    @Test
    @Order(1)
    void saysWhatToGrantWhenTheMasterIsNoMemberOfRdsIam() {
        JobProgressed end = provision();
        assertThat(end.status().phase()).isEqualTo(Job.Phase.FAILED);
        assertThat(end.status().message())
                .startsWith("master: the database accepts no token of IAM database authentication for master")
                .contains("grant rds_iam (PostgreSQL)")
                .contains("FATAL: password authentication failed for user \"master\"");
    }

    @Test
    @Order(2)
    void makesTheRolesWithTokensAlone() {
        rds.server().execute("postgres", "GRANT rds_iam TO master");
        JobProgressed end = provision();
        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        Endpoint endpoint = new Endpoint(Engine.POSTGRES, "localhost", rds.port(), "orders");
        assertThat(ROLES)
                .allSatisfy(role -> assertThat(provisioner
                                .targets()
                                .accepts(
                                        endpoint,
                                        Credentials.login(provisioner
                                                .secrets()
                                                .current(Credentials.secretId(ARN, role))
                                                .orElseThrow())))
                        .as(role)
                        .isTrue());
        assertThat(provisioner.secrets().current(Credentials.secretId(ARN, "master")))
                .isEmpty();
        assertThat(provisioner.traffic().calls()).doesNotContainKey("rds:ModifyDBInstance");
    }

    @Test
    @Order(3)
    void takesTheRolesOutWithTokensToo() {
        JobId job = JobId.next(InstantSource.system());
        DeprovisionRequested request = new DeprovisionRequested(
                job,
                "default",
                provisioner.agent(),
                ARN,
                ROLES.stream()
                        .map(role -> new KeptSecret("database", Credentials.secretId(ARN, role)))
                        .toList(),
                IAM,
                false,
                "admin",
                Instant.now());
        provisioner.send(
                Event.of(EventType.DBROLES_DEPROVISION, "/sallyport/api", job, Instant.now(), request),
                provisioner.agent());
        JobProgressed end = provisioner.awaitEnd(job);
        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(ROLES)
                .allSatisfy(role -> assertThat(provisioner.secrets().current(Credentials.secretId(ARN, role)))
                        .as(role)
                        .isEmpty());
    }

    private static JobProgressed provision() {
        JobId job = JobId.next(InstantSource.system());
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                provisioner.agent(),
                "prod-orders",
                List.of(),
                null,
                ARN,
                null,
                IAM,
                false,
                null,
                "admin",
                Instant.now());
        provisioner.send(
                Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), request),
                provisioner.agent());
        return provisioner.awaitEnd(job);
    }
}
