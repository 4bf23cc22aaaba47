package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCancelled;
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
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
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

    private static final Duration PATIENCE = Duration.ofSeconds(90);

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
        assertOneAfterTheOther(one, other);
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

    @Test
    void aJobThatWaitsForTheClusterSaysForWhomAndIsCancelledWhileItWaits() {
        provisioner.cloud().modificationTime(Duration.ofSeconds(600));
        JobId first = send(READER, false, new Master(MasterSource.RESET, null, null));
        provisioner.awaitStep(first, "master");
        JobId second = send(WRITER, false, null);
        await().atMost(PATIENCE)
                .until(() -> provisioner.views(second).stream()
                        .anyMatch(view ->
                                view.status().message().equals("waiting for " + first + " on the same cluster")));
        cancel(second);
        assertThat(provisioner.awaitEnd(second).status().message()).startsWith("cancelled by bob");
        assertThat(provisioner.views(second).size()).isLessThan(6);

        // The process dies, and the lock with it; the first job goes on from where it was.
        JobId third = send(WRITER, false, null);
        provisioner.kill();
        provisioner.cloud().modificationTime(Duration.ofMillis(100));
        provisioner.cloud().resume();
        provisioner.run();
        JobProgressed one = provisioner.awaitEnd(first);
        JobProgressed other = provisioner.awaitEnd(third);
        assertThat(one.status().phase()).as(one.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(other.status().phase()).as(other.status().message()).isEqualTo(Job.Phase.COMPLETED);
    }

    @Test
    void anAuroraMySqlIsProvisionedThroughItsClusterToo() {
        Assumptions.assumeTrue(Distribution.MYSQL.available(), "libaio is missing");
        try (MySqlFamilyServer mysql = MySqlFamilyServer.in(folder.resolve("mysql"), Distribution.MYSQL)
                .forTests()
                .tls(provisioner.authority().issue("mysql"))
                .start()) {
            mysql.execute(
                    "",
                    "CREATE USER 'master'@'%' IDENTIFIED BY 'unknown to us'",
                    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,"
                            + " SHOW DATABASES, CREATE USER ON *.* TO 'master'@'%' WITH GRANT OPTION",
                    "GRANT CONNECTION_ADMIN ON *.* TO 'master'@'%'",
                    "CREATE DATABASE ledger");
            DbCluster cluster = new DbCluster(
                    WRITER,
                    "ledger",
                    "aurora-mysql",
                    "8.0.mysql_aurora.3.08.0",
                    "localhost",
                    "reader.localhost",
                    mysql.port(),
                    "master",
                    "ledger",
                    Map.of(),
                    (user, password) ->
                            mysql.execute("", "ALTER USER '" + user + "'@'%' IDENTIFIED BY '" + password + "'"));
            provisioner.cloud().addCluster(cluster);
            provisioner.cloud().addInstance(cluster.member("ledger-1", true));
            JobProgressed end = provisioner.awaitEnd(send(arn("ledger-1"), false, null));
            assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
            assertThat(end.provisioned())
                    .isEqualTo(new JobProgressed.Provisioned(
                            Engine.MYSQL, "localhost", mysql.port(), "reader.localhost", "ledger", List.of("ledger")));
            assertThat(provisioner.traffic().calls())
                    .containsKey("rds:ModifyDBCluster")
                    .doesNotContainKey("rds:ModifyDBInstance");
        }
    }

    /** Behind the preflight, in which the one that waits is. */
    private static void assertOneAfterTheOther(JobProgressed one, JobProgressed other) {
        Instant ended = Objects.requireNonNull(one.steps().getLast().completedAt());
        Instant otherEnded = Objects.requireNonNull(other.steps().getLast().completedAt());
        JobProgressed later = ended.isBefore(otherEnded) ? other : one;
        Instant earlierEnd = ended.isBefore(otherEnded) ? ended : otherEnded;
        assertThat(later.steps().subList(1, later.steps().size()))
                .allSatisfy(step -> assertThat(step.startedAt()).isAfterOrEqualTo(earlierEnd));
    }

    private static void cancel(JobId job) {
        provisioner.send(
                Event.of(
                        EventType.DBROLES_CANCEL,
                        "/sallyport/api",
                        job,
                        Instant.now(),
                        new JobCancelled(job, "bob", Instant.now())),
                provisioner.agent());
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
