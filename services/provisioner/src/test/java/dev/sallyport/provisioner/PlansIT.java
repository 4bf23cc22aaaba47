package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.DeprovisionRequested.KeptSecret;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One instance from the first plan to the day when the roles are taken out again, by the packaged service. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlansIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:billing");
    private static final List<String> ROLES = List.of("hoop_ro", "hoop_rw", "hoop_ddl");

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static PostgresServer target;

    @BeforeAll
    static void start() {
        provisioner = new PackagedProvisioner(folder);
        target = provisioner.postgres(ARN, "billing", Map.of());
        target.execute("billing", "SET ROLE master", "CREATE TABLE invoices (id serial, amount numeric)");
        provisioner.listen();
        provisioner.run();
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        target.close();
    }

    @Test
    @Order(1)
    void plansWithoutChangingAnything() {
        JobPlan plan = plan(null);

        assertThat(plan.changes())
                .extracting(JobPlan.Change::statement)
                .containsSequence(
                        "ec2:CreateSecurityGroup hoop-aws-connect-sg-billing in vpc-222222222222",
                        "ec2:AuthorizeSecurityGroupIngress hoop-aws-connect-sg-billing tcp " + target.port()
                                + " from 10.0.0.0/16",
                        "rds:ModifyDBInstance VpcSecurityGroupIds + hoop-aws-connect-sg-billing",
                        "rds:ModifyDBInstance MasterUserPassword=*** of master");
        assertThat(plan.notes()).singleElement().asString().startsWith("the SQL is not known before the master");
        assertThat(provisioner.cloud().attachedTo(ARN)).hasSize(1);
        assertThat(provisioner.secrets().pending(Credentials.secretId(ARN, "master")))
                .isEmpty();
        assertThat(rolesInTheServer()).isZero();
    }

    @Test
    @Order(2)
    void carriesOutWhatWasPlannedAndIsInSyncBehindIt() {
        String hash = plan(null).hash();
        JobProgressed end = provisioner.awaitEnd(send(provision(false, hash)));

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(rolesInTheServer()).isEqualTo(3);
        JobPlan behind = plan(null);
        assertThat(behind.drifted()).as(behind.changes().toString()).isFalse();
        assertThat(behind.changes())
                .extracting(JobPlan.Change::statement)
                .contains("ALTER ROLE \"hoop_ro\" PASSWORD '***'", "store the new password of hoop_ro");
    }

    @Test
    @Order(3)
    void seesADriftAndRefusesAPlanThatIsNoLongerTrue() {
        String agreed = plan(null).hash();
        target.execute("billing", "REVOKE SELECT ON invoices FROM hoop_ro", "GRANT DELETE ON invoices TO hoop_ro");

        JobPlan drifted = plan(null);
        assertThat(drifted.drifted()).isTrue();
        assertThat(drifted.changes())
                .filteredOn(change -> !change.routine())
                .allSatisfy(change -> assertThat(change.target()).isEqualTo("billing"))
                .extracting(JobPlan.Change::statement)
                .anyMatch(sql -> sql.startsWith("GRANT SELECT"))
                .anyMatch(sql -> sql.startsWith("REVOKE"));
        JobProgressed refused = provisioner.awaitEnd(send(provision(false, agreed)));
        assertThat(refused.status().phase()).isEqualTo(Job.Phase.FAILED);
        assertThat(refused.status().message())
                .startsWith("preflight: what would be changed is no longer what was planned");
        assertThat(plan(null).hash()).isEqualTo(drifted.hash());
    }

    @Test
    @Order(4)
    void takesTheRolesOutWithAllThatWasMadeForThemEvenWhenKilled() throws Exception {
        provisioner.awaitEnd(send(provision(false, null)));
        target.execute("billing", "GRANT CREATE ON SCHEMA public TO hoop_ddl");
        target.execute("billing", "SET ROLE hoop_ddl", "CREATE TABLE public.made_by_ddl (id int)");
        JobProgressed planned = provisioner.awaitEnd(send(deprovision(true)));
        assertThat(planned.plan().changes())
                .extracting(JobPlan.Change::statement)
                .contains(
                        "DROP ROLE \"hoop_ro\"",
                        "rds:ModifyDBInstance VpcSecurityGroupIds - hoop-aws-connect-sg-billing",
                        "ec2:DeleteSecurityGroup hoop-aws-connect-sg-billing",
                        "delete from database");
        assertThat(rolesInTheServer()).isEqualTo(3);

        provisioner.cloud().latency(Duration.ofMillis(150));
        JobId job = send(deprovision(false));
        provisioner.awaitStep(job, "remove-roles");
        provisioner.kill();
        provisioner.run();
        JobProgressed end = provisioner.awaitEnd(job);
        provisioner.cloud().latency(Duration.ZERO);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(end.steps())
                .extracting(Job.Step::name)
                .containsExactly("preflight", "remove-roles", "remove-network", "remove-secrets");
        assertThat(rolesInTheServer()).isZero();
        assertThat(number("billing", "SELECT count(*) FROM made_by_ddl")).isZero();
        assertThat(provisioner.cloud().attachedTo(ARN)).hasSize(1);
        for (String role : ROLES) {
            assertThat(provisioner.secrets().current(Credentials.secretId(ARN, role)))
                    .isEmpty();
        }
        assertThat(provisioner.secrets().current(Credentials.secretId(ARN, "master")))
                .isPresent();
        assertThat(provisioner.awaitEnd(send(deprovision(false))).status().phase())
                .isEqualTo(Job.Phase.COMPLETED);
        String master = Credentials.login(provisioner
                        .secrets()
                        .current(Credentials.secretId(ARN, "master"))
                        .orElseThrow())
                .password()
                .reveal();
        assertThat(Files.readString(provisioner.log())).doesNotContain(master);
    }

    private static JobPlan plan(@Nullable String hash) {
        JobProgressed end = provisioner.awaitEnd(send(provision(true, hash)));
        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(end.steps()).extracting(Job.Step::name).containsExactly("preflight", "plan");
        JobPlan plan = end.plan();
        assertThat(plan).isNotNull();
        return java.util.Objects.requireNonNull(plan);
    }

    private static Event<?> provision(boolean dryRun, @Nullable String hash) {
        JobId job = JobId.next(InstantSource.system());
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                provisioner.agent(),
                "billing",
                List.of("create-connections"),
                null,
                ARN,
                new ProvisionRequested.Network("10.0.0.0/16", "localhost"),
                null,
                dryRun,
                hash,
                "admin",
                Instant.now());
        return Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), request);
    }

    private static Event<?> deprovision(boolean dryRun) {
        JobId job = JobId.next(InstantSource.system());
        DeprovisionRequested request = new DeprovisionRequested(
                job,
                "default",
                provisioner.agent(),
                ARN,
                ROLES.stream()
                        .map(role -> new KeptSecret("database", Credentials.secretId(ARN, role)))
                        .toList(),
                null,
                dryRun,
                "admin",
                Instant.now());
        return Event.of(EventType.DBROLES_DEPROVISION, "/sallyport/api", job, Instant.now(), request);
    }

    private static JobId send(Event<?> command) {
        provisioner.send(command, provisioner.agent());
        return new JobId(command.subject());
    }

    private static int rolesInTheServer() {
        return number("postgres", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'hoop\\_%'");
    }

    private static int number(String database, String query) {
        try (Connection connection = target.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
