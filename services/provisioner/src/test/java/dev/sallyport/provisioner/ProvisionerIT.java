package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.secrets.Keyset;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
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
    private static final AgentId AGENT = AgentId.next(InstantSource.system());
    private static final List<String> SECRETS = List.of("master", "hoop_ro", "hoop_rw", "hoop_ddl");

    @TempDir
    static Path folder;

    private static ControlPlane plane;
    private static KafkaBroker kafka;
    private static PostgresServer target;
    private static AwsStandIn aws;
    private static SealedSecretStore secrets;
    private static Targets targets;
    private static Endpoint endpoint;
    private static Path settings;

    private final List<String> heard = new ArrayList<>();
    private final Set<String> everySecret = new HashSet<>();
    private @Nullable KafkaConsumer<String, String> consumer;
    private @Nullable Process service;

    @BeforeAll
    static void start() throws IOException {
        plane = ControlPlane.forTests(folder.resolve("plane"));
        kafka = KafkaBroker.in(folder.resolve("kafka")).start();
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        target = PostgresServer.in(folder.resolve("target"))
                .forTests()
                .tls(authority.issue("target"))
                .start();
        target.execute(
                "postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB", "CREATE DATABASE orders OWNER master");
        target.execute("orders", "SET ROLE master", "CREATE TABLE items (id serial, name text)");
        Cloud cloud = new Cloud(
                folder.resolve("cloud"),
                new Account("111111111111", "management", "m@example.com"),
                List.of(new Account("222222222222", "orders", "o@example.com")));
        cloud.addAccessKey("AKIAEXAMPLEEXAMPLE01", Secret.of("canary-secret-access-key"), "sallyport");
        cloud.addInstance(new DbInstance(
                ARN,
                "postgres",
                "18.1",
                "localhost",
                target.port(),
                "master",
                "orders",
                Map.of("team", "shop"),
                (user, password) -> target.execute("postgres", "ALTER ROLE " + user + " PASSWORD '" + password + "'")));
        aws = new AwsStandIn(0, cloud);
        Path keyset = folder.resolve("keyset.json");
        Keyset.create(keyset);
        SealedStoreSettings sealed = new SealedStoreSettings(
                plane.jdbcUrl(), "sallyport_secrets", plane.password("sallyport_secrets"), keyset);
        SealedSecretStore.migrate(sealed);
        secrets = SealedSecretStore.open(sealed);
        secrets.stage(
                "integrations/aws",
                Map.of(
                        "ACCESS_KEY_ID", Secret.of("AKIAEXAMPLEEXAMPLE01"),
                        "SECRET_ACCESS_KEY", Secret.of("canary-secret-access-key"),
                        "REGION", Secret.of("us-west-2")));
        secrets.publish("integrations/aws");
        targets = new Targets(Optional.of(authority.certificateFile()));
        endpoint = new Endpoint(Engine.POSTGRES, "localhost", target.port(), "orders");
        settings = writeSettings(authority, keyset);
    }

    private static Path writeSettings(LocalAuthority authority, Path keyset) throws IOException {
        Properties properties = new Properties();
        properties.putAll(plane.settingsFor("provisioner"));
        properties.put("sallyport.mode", "local");
        properties.put("sallyport.secrets.keyset-file", keyset.toString());
        properties.put("sallyport.targets.ca-file", authority.certificateFile().toString());
        properties.put("sallyport.aws.endpoint-override", aws.endpoint());
        properties.put("sallyport.agent.id", AGENT.value());
        properties.put("sallyport.jobs.poll-interval", "200ms");
        properties.put("sallyport.jobs.master-poll", "100ms");
        properties.put("sallyport.jobs.first-pause", "200ms");
        properties.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        properties.put("quarkus.http.port", "0");
        Path file = folder.resolve("provisioner.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file;
    }

    @AfterAll
    static void stop() {
        secrets.close();
        aws.close();
        target.close();
        kafka.close();
        plane.close();
    }

    @BeforeEach
    void listen() {
        SECRETS.forEach(role -> secrets.delete(Credentials.secretId(ARN, role)));
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "test-" + Instant.now().toEpochMilli(),
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(
                Topics.DBROLES_PROGRESS, Topics.AGENTS_HEARTBEATS, Topics.deadLetters(Topics.DBROLES_COMMANDS)));
    }

    @AfterEach
    void end() {
        if (consumer != null) {
            consumer.close();
        }
        kill();
    }

    @Test
    void provisionsOnceWhatIsCommandedTwice() throws Exception {
        run();
        JobId job = JobId.next(InstantSource.system());
        Event<ProvisionRequested> command = command(job, true);
        send(command, AGENT.value());
        send(command, AGENT.value());
        send(command(job, true), AGENT.value());
        JobProgressed end = awaitEnd(job);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(end.steps()).extracting(Job.Step::name).containsExactly("preflight", "network", "master", "roles");
        assertThat(end.steps()).extracting(Job.Step::status).containsOnly(Job.StepStatus.COMPLETED);
        assertThat(end.spec().dbTags()).containsExactly(new Job.Tag("team", "shop"));
        assertThat(end.provisioned())
                .isEqualTo(new JobProgressed.Provisioned(
                        Engine.POSTGRES, "localhost", target.port(), null, "orders", List.of("orders", "postgres")));
        assertThat(aws.cloud().attachedTo(ARN)).hasSize(2);
        assertEveryPasswordLogsIn();
        // A second run would have said something with a higher revision.
        Login once = login("hoop_ro");
        JobId next = JobId.next(InstantSource.system());
        send(command(next, false), AGENT.value());
        assertThat(awaitEnd(next).steps().get(1).status()).isEqualTo(Job.StepStatus.SKIPPED);
        assertThat(views(job).getLast()).isEqualTo(end);
        assertThat(views(job)).extracting(JobProgressed::revision).isSorted().doesNotHaveDuplicates();
        assertThat(login("hoop_ro")).isNotEqualTo(once);
        assertNoSecretWasTold();
    }

    @ParameterizedTest
    @ValueSource(strings = {"preflight", "network", "master", "roles"})
    void finishesAJobInWhoseMiddleItWasKilled(String step) throws Exception {
        aws.cloud().latency(Duration.ofMillis(150));
        run();
        JobId job = JobId.next(InstantSource.system());
        send(command(job, true), AGENT.value());
        await().atMost(Duration.ofSeconds(90))
                .until(() -> views(job).stream()
                        .anyMatch(view -> view.steps().stream()
                                .anyMatch(
                                        each -> each.name().equals(step) && each.status() == Job.StepStatus.RUNNING)));
        kill();
        noteSecrets();
        run();
        JobProgressed end = awaitEnd(job);
        aws.cloud().latency(Duration.ZERO);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertEveryPasswordLogsIn();
        assertNoSecretWasTold();
    }

    @Test
    void endsACancelledJobBehindTheStepThatItIsIn() throws Exception {
        aws.cloud().latency(Duration.ofMillis(150));
        run();
        JobId job = JobId.next(InstantSource.system());
        send(command(job, true), AGENT.value());
        await().atMost(Duration.ofSeconds(90))
                .until(() ->
                        views(job).stream().anyMatch(view -> view.steps().get(1).status() == Job.StepStatus.RUNNING));
        sendRaw(
                job.value(),
                EventJson.write(Event.of(
                        EventType.DBROLES_CANCEL,
                        "/sallyport/api",
                        job,
                        Instant.now(),
                        new JobCancelled(job, "ada", Instant.now()))),
                AGENT.value());
        JobProgressed end = awaitEnd(job);
        aws.cloud().latency(Duration.ZERO);

        assertThat(end.status().phase()).isEqualTo(Job.Phase.FAILED);
        assertThat(end.status().message()).startsWith("cancelled by ada before the step ");
        assertThat(end.steps()).extracting(Job.Step::status).contains(Job.StepStatus.SKIPPED);
        assertThat(end.provisioned()).isNull();
        JobId next = JobId.next(InstantSource.system());
        send(command(next, true), AGENT.value());
        assertThat(awaitEnd(next).status().phase()).isEqualTo(Job.Phase.COMPLETED);
        assertEveryPasswordLogsIn();
    }

    @Test
    void failsAJobForGoodWithTheReasonAndKeepsTheOldCredentials() throws Exception {
        run();
        JobId first = JobId.next(InstantSource.system());
        send(command(first, false), AGENT.value());
        awaitEnd(first);
        Login before = login("hoop_ro");
        JobId second = JobId.next(InstantSource.system());
        aws.cloud().deny("rds:DescribeDBInstances");
        try {
            send(command(second, false), AGENT.value());
            JobProgressed end = awaitEnd(second);
            assertThat(end.status().phase()).isEqualTo(Job.Phase.FAILED);
            assertThat(end.status().message())
                    .startsWith("preflight: rds:DescribeDBInstances: ")
                    .contains("not authorized");
            assertThat(end.provisioned()).isNull();
        } finally {
            aws.cloud().allow("rds:DescribeDBInstances");
        }
        assertThat(login("hoop_ro")).isEqualTo(before);
        assertEveryPasswordLogsIn();
    }

    @Test
    void leavesTheCommandsOfOthersAndBuriesWhatIsNoCommand() throws Exception {
        run();
        JobId foreign = JobId.next(InstantSource.system());
        send(command(foreign, false), AgentId.next(InstantSource.system()).value());
        sendRaw("job_x", "not a command", AGENT.value());
        JobId mine = JobId.next(InstantSource.system());
        send(command(mine, false), AGENT.value());
        awaitEnd(mine);
        assertThat(views(foreign)).isEmpty();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            poll();
            return heard.contains("not a command");
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            poll();
            return heard.stream().anyMatch(text -> text.contains("agent.heartbeat") && text.contains(AGENT.value()));
        });
    }

    private void run() throws IOException {
        Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-Dquarkus.config.locations=" + settings.toUri(),
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** As {@code kill -9} does. */
    private void kill() {
        Process process = service;
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private static Path log() {
        return folder.resolve("provisioner.log");
    }

    private static Event<ProvisionRequested> command(JobId job, boolean network) {
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                AGENT,
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

    private static void send(Event<ProvisionRequested> command, String agent) throws Exception {
        sendRaw(command.subject(), EventJson.write(command), agent);
    }

    private static void sendRaw(String key, String value, String agent) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            ProducerRecord<String, String> record = new ProducerRecord<>(Topics.DBROLES_COMMANDS, key, value);
            record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
            record.headers().add("agent", agent.getBytes(StandardCharsets.UTF_8));
            producer.send(record).get();
        }
    }

    private JobProgressed awaitEnd(JobId job) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> views(job).stream().anyMatch(view -> view.status().phase() != Job.Phase.RUNNING));
        noteSecrets();
        return views(job).getLast();
    }

    private List<JobProgressed> views(JobId job) {
        poll();
        return heard.stream()
                .filter(text -> text.contains("\"dbroles.progressed\""))
                .map(text -> EventJson.read(EventType.DBROLES_PROGRESSED, text).data())
                .filter(view -> view.jobId().equals(job))
                .toList();
    }

    private void poll() {
        KafkaConsumer<String, String> from = consumer;
        if (from != null) {
            for (ConsumerRecord<String, String> record : from.poll(Duration.ofMillis(100))) {
                heard.add(record.value());
            }
        }
    }

    private static Login login(String role) {
        return Credentials.login(
                secrets.current(Credentials.secretId(ARN, role)).orElseThrow());
    }

    private static void assertEveryPasswordLogsIn() {
        for (String role : SECRETS) {
            assertThat(targets.accepts(endpoint, login(role))).as(role).isTrue();
            assertThat(secrets.pending(Credentials.secretId(ARN, role)))
                    .as(role)
                    .isEmpty();
        }
    }

    private void noteSecrets() {
        for (String role : SECRETS) {
            String id = Credentials.secretId(ARN, role);
            secrets.current(id)
                    .map(Credentials::login)
                    .ifPresent(login -> everySecret.add(login.password().reveal()));
            secrets.pending(id)
                    .map(Credentials::login)
                    .ifPresent(login -> everySecret.add(login.password().reveal()));
        }
    }

    /** In no log and no event. */
    private void assertNoSecretWasTold() throws IOException {
        everySecret.add("canary-secret-access-key");
        everySecret.add(plane.password("sallyport_provisioner").reveal());
        everySecret.add(plane.password("sallyport_secrets").reveal());
        String log = Files.readString(log());
        assertThat(log).contains("\"job\":\"job_");
        for (String secret : everySecret) {
            assertThat(log.contains(secret)).isFalse();
            assertThat(heard).noneMatch(text -> text.contains(secret));
        }
    }
}
