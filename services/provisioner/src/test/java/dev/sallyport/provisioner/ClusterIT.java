package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
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
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.sandbox.aws.DbCluster;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clusters, and what is refused, by the packaged service. What stands for Aurora is a real PostgreSQL. */
class ClusterIT {

    private static final RdsArn WRITER = arn("shop-1");
    private static final RdsArn READER = arn("shop-2");
    private static final SecretFolder SECRETS = SecretFolder.ofCluster(WRITER, "shop");

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static PostgresServer target;

    @BeforeAll
    static void start() {
        provisioner = new PackagedProvisioner(folder);
        target = PostgresServer.in(folder.resolve("target"))
                .forTests()
                .tls(provisioner.authority().issue("target"))
                .start();
        target.execute("postgres", "CREATE ROLE master LOGIN CREATEROLE", "CREATE DATABASE shop OWNER master");
        DbCluster cluster = cluster("shop");
        provisioner.cloud().addCluster(cluster);
        provisioner.cloud().addInstance(cluster.member("shop-1", true));
        provisioner.cloud().addInstance(cluster.member("shop-2", false));
        addWhatIsRefused();
        provisioner.listen();
        provisioner.run();
    }

    private static void addWhatIsRefused() {
        DbCluster copy = cluster("copy").replicaOf("arn:aws:rds:us-west-2:222222222222:cluster:shop");
        provisioner.cloud().addCluster(copy);
        provisioner.cloud().addInstance(copy.member("copy-1", true));
        DbCluster asleep = cluster("asleep").status("stopped");
        provisioner.cloud().addCluster(asleep);
        provisioner.cloud().addInstance(asleep.member("asleep-1", true));
        provisioner.cloud().addInstance(instance("replica", "postgres").replicaOf("orders"));
        provisioner.cloud().addInstance(instance("stopped", "postgres").status("stopped"));
        provisioner
                .cloud()
                .addInstance(instance("creating", "postgres").status("creating").withoutEndpoint());
        provisioner.cloud().addInstance(instance("oracle", "oracle-ee"));
    }

    private static DbCluster cluster(String identifier) {
        return new DbCluster(
                WRITER,
                identifier,
                "aurora-postgresql",
                "16.4",
                "localhost",
                "reader.localhost",
                target.port(),
                "master",
                "shop",
                Map.of("team", "shop"),
                ClusterIT::setPassword);
    }

    private static DbInstance instance(String identifier, String engine) {
        return new DbInstance(
                arn(identifier),
                engine,
                "18.1",
                "localhost",
                target.port(),
                "master",
                "shop",
                Map.of(),
                ClusterIT::setPassword);
    }

    private static void setPassword(String user, String password) {
        target.execute("postgres", "ALTER ROLE " + user + " PASSWORD '" + password + "'");
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        target.close();
    }

    @Test
    void twoJobsOnTwoMembersOfOneClusterBothEndWellWithOneSetOfSecrets() {
        JobId first = send(READER, true, null);
        JobId second = send(WRITER, true, null);
        JobProgressed one = provisioner.awaitEnd(first);
        JobProgressed other = provisioner.awaitEnd(second);

        assertThat(one.status().phase()).as(one.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(other.status().phase()).as(other.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(one.provisioned())
                .isEqualTo(new JobProgressed.Provisioned(
                        Engine.POSTGRES,
                        "localhost",
                        target.port(),
                        "reader.localhost",
                        "shop",
                        List.of("postgres", "shop")));
        assertThat(one.status().result())
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.credentialsInfo().secretId())
                        .startsWith("dbroles/222222222222/us-west-2/clusters/shop/hoop_"));
        assertThat(provisioner.cloud().attachedTo(WRITER)).hasSize(2);
        assertThat(provisioner.traffic().calls()).doesNotContainKey("rds:ModifyDBInstance");
        Endpoint endpoint = new Endpoint(Engine.POSTGRES, "localhost", target.port(), "shop");
        for (String role : List.of("master", "hoop_ro", "hoop_rw", "hoop_ddl")) {
            assertThat(provisioner
                            .targets()
                            .accepts(
                                    endpoint,
                                    Credentials.login(provisioner
                                            .secrets()
                                            .current(SECRETS.id(role))
                                            .orElseThrow())))
                    .as(role)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "replica, the instance is a read replica of orders",
        "stopped, the instance is stopped",
        "creating, the instance has no endpoint yet (it is creating)",
        "oracle, the engine oracle-ee is not supported",
        "copy-1, the cluster copy is a read replica of arn:aws:rds:us-west-2:222222222222:cluster:shop",
        "asleep-1, the cluster asleep is stopped",
    })
    void refusesWhatCannotBeProvisioned(String identifier, String because) {
        JobProgressed end = provisioner.awaitEnd(send(arn(identifier), true, null));
        assertThat(end.status().phase()).isEqualTo(Job.Phase.FAILED);
        assertThat(end.status().message()).startsWith("preflight: " + because);
    }

    @Test
    void refusesASourceThatCannotWorkBeforeAnythingIsChanged() {
        JobProgressed end = provisioner.awaitEnd(send(WRITER, false, new Master(MasterSource.IAM, null, null)));
        assertThat(end.status().message())
                .startsWith("preflight: IAM database authentication is off for the cluster shop");
    }

    @Test
    void saysBeforehandWhatTheAgentMayNotDo() {
        provisioner.cloud().deny("ec2:CreateSecurityGroup");
        JobProgressed end = provisioner.awaitEnd(send(WRITER, true, null));
        provisioner.cloud().allow("ec2:CreateSecurityGroup");
        assertThat(end.status().message())
                .startsWith("preflight: the agent may not do what this job needs in account 222222222222:"
                        + " ec2:CreateSecurityGroup");
    }

    @Test
    void goesOnWhenNobodyCanSayWhatItMayDo() {
        provisioner.cloud().deny("iam:SimulatePrincipalPolicy");
        JobProgressed end = provisioner.awaitEnd(send(WRITER, true, null));
        provisioner.cloud().allow("iam:SimulatePrincipalPolicy");
        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(end.steps().getFirst().message()).contains("cannot be said beforehand");
    }

    private static RdsArn arn(String identifier) {
        return RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:" + identifier);
    }

    private static JobId send(RdsArn arn, boolean network, @Nullable Master master) {
        JobId job = JobId.next(InstantSource.system());
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                provisioner.agent(),
                "prod-shop",
                List.of(),
                null,
                arn,
                network ? new ProvisionRequested.Network("10.0.0.0/16", "localhost") : null,
                master,
                false,
                null,
                "admin",
                Instant.now());
        provisioner.send(
                Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), request),
                provisioner.agent());
        return job;
    }
}
