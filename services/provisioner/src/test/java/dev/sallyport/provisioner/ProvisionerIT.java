package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.sandbox.aws.Faults;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service as a process of its own, so that it can be killed, with real neighbours and the AWS stand-in. */
class ProvisionerIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:orders");
    private static final List<String> SECRETS = List.of("master", "hoop_ro", "hoop_rw", "hoop_ddl");

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static PostgresServer target;
    private static Endpoint endpoint;

    private final Set<String> everySecret = new HashSet<>();

    @BeforeAll
    static void start() {
        provisioner = new PackagedProvisioner(folder);
        target = provisioner.postgres(ARN, "orders", Map.of("team", "shop"));
        target.execute("orders", "SET ROLE master", "CREATE TABLE items (id serial, name text)");
        endpoint = new Endpoint(Engine.POSTGRES, "localhost", target.port(), "orders");
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        target.close();
    }

    @BeforeEach
    void listen() {
        SECRETS.forEach(role -> provisioner.secrets().delete(Credentials.secretId(ARN, role)));
        provisioner.listen();
    }

    @AfterEach
    void end() {
        provisioner.cloud().faults().clear();
        provisioner.cloud().modificationTime(Duration.ofMillis(600));
        provisioner.kill();
    }

    @Test
    void provisionsOnceWhatIsCommandedTwice() throws Exception {
        provisioner.run();
        JobId job = JobId.next(InstantSource.system());
        Event<ProvisionRequested> command = command(job, true);
        send(command);
        send(command);
        send(command(job, true));
        JobProgressed end = awaitEnd(job);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(end.steps()).extracting(Job.Step::name).containsExactly("preflight", "network", "master", "roles");
        assertThat(end.steps()).extracting(Job.Step::status).containsOnly(Job.StepStatus.COMPLETED);
        assertThat(end.spec().dbTags()).containsExactly(new Job.Tag("team", "shop"));
        assertThat(end.provisioned())
                .isEqualTo(new JobProgressed.Provisioned(
                        Engine.POSTGRES, "localhost", target.port(), null, "orders", List.of("orders", "postgres")));
        assertThat(provisioner.cloud().attachedTo(ARN)).hasSize(2);
        assertEveryPasswordLogsIn();
        // A second run would have said something with a higher revision.
        Login once = login("hoop_ro");
        JobId next = JobId.next(InstantSource.system());
        send(command(next, false));
        assertThat(awaitEnd(next).steps().get(1).status()).isEqualTo(Job.StepStatus.SKIPPED);
        assertThat(provisioner.views(job).getLast()).isEqualTo(end);
        assertThat(provisioner.views(job))
                .extracting(JobProgressed::revision)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(login("hoop_ro")).isNotEqualTo(once);
        assertNoSecretWasTold();
    }

    @ParameterizedTest
    @ValueSource(strings = {"preflight", "network", "master", "roles"})
    void finishesAJobInWhoseMiddleItWasKilled(String step) throws Exception {
        provisioner.cloud().latency(Duration.ofMillis(150));
        provisioner.run();
        JobId job = JobId.next(InstantSource.system());
        send(command(job, true));
        provisioner.awaitStep(job, step);
        provisioner.kill();
        noteSecrets();
        provisioner.run();
        JobProgressed end = awaitEnd(job);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertEveryPasswordLogsIn();
        assertNoSecretWasTold();
    }

    /** AWS cannot be reached between the two: the new password is stored as pending, and nobody knows of it. */
    @Test
    void finishesAJobThatWasKilledBeforeAwsHeardOfTheNewPassword() throws Exception {
        provisioner.cloud().faults().throttle("rds:ModifyDBInstance", Faults.EVERY, 1_000);
        provisioner.run();
        JobId job = JobId.next(InstantSource.system());
        send(command(job, false));
        Login staged = awaitStaged();
        provisioner.kill();
        provisioner.cloud().faults().clear();
        provisioner.run();

        assertThat(awaitEnd(job).status().phase()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(login("master")).isEqualTo(staged);
        assertEveryPasswordLogsIn();
        assertNoSecretWasTold();
    }

    /** RDS sets it while nobody waits, or is still at it when the next process comes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void finishesAJobThatWasKilledBehindTheCallThatSetsTheNewPassword(boolean setMeanwhile) throws Exception {
        provisioner.cloud().modificationTime(Duration.ofSeconds(setMeanwhile ? 2 : 12));
        int before = resets();
        provisioner.run();
        JobId job = JobId.next(InstantSource.system());
        send(command(job, false));
        Login staged = awaitStaged();
        await().atMost(Duration.ofSeconds(20)).until(() -> resets() > before);
        provisioner.kill();
        assertThat(provisioner.targets().accepts(endpoint, staged)).isFalse();
        if (setMeanwhile) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> provisioner.targets().accepts(endpoint, staged));
        }
        provisioner.run();

        assertThat(awaitEnd(job).status().phase()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(login("master")).isEqualTo(staged);
        assertThat(resets()).isEqualTo(before + 1);
        assertEveryPasswordLogsIn();
        assertNoSecretWasTold();
    }

    private static int resets() {
        return provisioner.traffic().calls().getOrDefault("rds:ModifyDBInstance", 0);
    }

    private static Login awaitStaged() {
        String id = Credentials.secretId(ARN, "master");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> provisioner.secrets().pending(id).isPresent());
        return Credentials.login(provisioner.secrets().pending(id).orElseThrow());
    }

    @Test
    void endsACancelledJobBehindTheStepThatItIsIn() throws Exception {
        provisioner.cloud().latency(Duration.ofMillis(150));
        provisioner.run();
        JobId job = JobId.next(InstantSource.system());
        send(command(job, true));
        provisioner.awaitStep(job, "network");
        send(Event.of(
                EventType.DBROLES_CANCEL,
                "/sallyport/api",
                job,
                Instant.now(),
                new JobCancelled(job, "ada", Instant.now())));
        JobProgressed end = awaitEnd(job);

        assertThat(end.status().phase()).isEqualTo(Job.Phase.FAILED);
        assertThat(end.status().message()).startsWith("cancelled by ada before the step ");
        assertThat(end.steps()).extracting(Job.Step::status).contains(Job.StepStatus.SKIPPED);
        assertThat(end.provisioned()).isNull();
        JobId next = JobId.next(InstantSource.system());
        send(command(next, true));
        assertThat(awaitEnd(next).status().phase()).isEqualTo(Job.Phase.COMPLETED);
        assertEveryPasswordLogsIn();
    }

    @Test
    void failsAJobForGoodWithTheReasonAndKeepsTheOldCredentials() throws Exception {
        provisioner.run();
        JobId first = JobId.next(InstantSource.system());
        send(command(first, false));
        awaitEnd(first);
        Login before = login("hoop_ro");
        JobId second = JobId.next(InstantSource.system());
        provisioner.cloud().deny("rds:DescribeDBInstances");
        try {
            send(command(second, false));
            JobProgressed end = awaitEnd(second);
            assertThat(end.status().phase()).isEqualTo(Job.Phase.FAILED);
            assertThat(end.status().message())
                    .startsWith("preflight: rds:DescribeDBInstances: ")
                    .contains("not authorized");
            assertThat(end.provisioned()).isNull();
        } finally {
            provisioner.cloud().allow("rds:DescribeDBInstances");
        }
        assertThat(login("hoop_ro")).isEqualTo(before);
        assertEveryPasswordLogsIn();
    }

    @Test
    void leavesTheCommandsOfOthersAndBuriesWhatIsNoCommand() throws Exception {
        provisioner.run();
        JobId foreign = JobId.next(InstantSource.system());
        provisioner.send(command(foreign, false), AgentId.next(InstantSource.system()));
        provisioner.send("job_x", "not a command", provisioner.agent());
        JobId mine = JobId.next(InstantSource.system());
        send(command(mine, false));
        awaitEnd(mine);
        assertThat(provisioner.views(foreign)).isEmpty();
        await().atMost(Duration.ofSeconds(20)).until(() -> provisioner.heard().contains("not a command"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> provisioner.heard().stream()
                        .anyMatch(text -> text.contains("agent.heartbeat")
                                && text.contains(provisioner.agent().value())));
    }

    private static Event<ProvisionRequested> command(JobId job, boolean network) {
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                provisioner.agent(),
                "prod-orders",
                List.of("create-connections"),
                null,
                ARN,
                network ? new ProvisionRequested.Network("10.0.0.0/16", "localhost") : null,
                null,
                false,
                null,
                "admin",
                Instant.now());
        return Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), request);
    }

    private static void send(Event<?> command) {
        provisioner.send(command, provisioner.agent());
    }

    private JobProgressed awaitEnd(JobId job) {
        JobProgressed last = provisioner.awaitEnd(job);
        noteSecrets();
        return last;
    }

    private static Login login(String role) {
        return Credentials.login(
                provisioner.secrets().current(Credentials.secretId(ARN, role)).orElseThrow());
    }

    private static void assertEveryPasswordLogsIn() {
        for (String role : SECRETS) {
            assertThat(provisioner.targets().accepts(endpoint, login(role)))
                    .as(role)
                    .isTrue();
            assertThat(provisioner.secrets().pending(Credentials.secretId(ARN, role)))
                    .as(role)
                    .isEmpty();
        }
    }

    private void noteSecrets() {
        for (String role : SECRETS) {
            String id = Credentials.secretId(ARN, role);
            provisioner
                    .secrets()
                    .current(id)
                    .map(Credentials::login)
                    .ifPresent(login -> everySecret.add(login.password().reveal()));
            provisioner
                    .secrets()
                    .pending(id)
                    .map(Credentials::login)
                    .ifPresent(login -> everySecret.add(login.password().reveal()));
        }
    }

    /** In no log and no event. */
    private void assertNoSecretWasTold() throws IOException {
        everySecret.addAll(provisioner.installationSecrets());
        String log = Files.readString(provisioner.log());
        assertThat(log).contains("\"job\":\"job_");
        for (String secret : everySecret) {
            assertThat(log.contains(secret)).isFalse();
            assertThat(provisioner.heard()).noneMatch(text -> text.contains(secret));
        }
    }
}
