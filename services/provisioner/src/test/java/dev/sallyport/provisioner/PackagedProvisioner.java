package dev.sallyport.provisioner;

import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.aws.Traffic;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.secrets.Keyset;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The packaged service as a process of its own, so that it can be killed, with its neighbours: control plane, Kafka, sealed
 * store, and AWS with the management account 111111111111 and the member 222222222222. The targets are the test's.
 */
public final class PackagedProvisioner implements AutoCloseable {

    /** Nobody may ever be told this. */
    private static final String ACCESS_KEY = "canary-secret-access-key";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path folder;
    private final AgentId agent = AgentId.next(InstantSource.system());
    private final ControlPlane plane;
    private final KafkaBroker kafka;
    private final LocalAuthority authority;
    private final AwsStandIn aws;
    private final SealedSecretStore secrets;
    private final Targets targets;
    private final Properties settings = new Properties();
    private final List<String> heard = new ArrayList<>();
    private @Nullable KafkaConsumer<String, String> consumer;
    private final List<Process> processes = new ArrayList<>();

    /** Starts the neighbours; the service itself is started by {@link #run}. */
    public PackagedProvisioner(Path folder) {
        this.folder = folder;
        plane = ControlPlane.forTests(folder.resolve("plane"));
        kafka = KafkaBroker.in(folder.resolve("kafka")).start();
        authority = LocalAuthority.in(folder.resolve("tls"));
        Cloud cloud = new Cloud(
                folder.resolve("cloud"),
                new Account("111111111111", "management", "m@example.com"),
                List.of(new Account("222222222222", "orders", "o@example.com")));
        cloud.addAccessKey("AKIAEXAMPLEEXAMPLE01", Secret.of(ACCESS_KEY), "sallyport");
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
                        "SECRET_ACCESS_KEY", Secret.of(ACCESS_KEY),
                        "REGION", Secret.of("us-west-2")));
        secrets.publish("integrations/aws");
        targets = new Targets(Optional.of(authority.certificateFile()));
        settings.putAll(plane.settingsFor("provisioner"));
        set("sallyport.mode", "local");
        set("sallyport.secrets.keyset-file", keyset.toString());
        set("sallyport.targets.ca-file", authority.certificateFile().toString());
        set("sallyport.aws.endpoint-override", aws.endpoint().toString());
        set("sallyport.agent.id", agent.value());
        set("sallyport.jobs.poll-interval", "200ms");
        set("sallyport.jobs.master-poll", "100ms");
        set("sallyport.jobs.first-pause", "200ms");
        set("kafka.bootstrap.servers", kafka.bootstrapServers());
        set("quarkus.http.port", "0");
    }

    /** Of the next {@link #run}. */
    public void set(String key, String value) {
        settings.setProperty(key, value);
    }

    public AgentId agent() {
        return agent;
    }

    public Cloud cloud() {
        return aws.cloud();
    }

    /** What AWS was asked so far. */
    public Traffic traffic() {
        return aws.traffic();
    }

    /** Issues the targets' certificates; the service trusts it. */
    public LocalAuthority authority() {
        return authority;
    }

    /**
     * A real PostgreSQL that AWS presents as {@code instance}, with a master that is no superuser and the owner of {@code
     * database}. The test closes it.
     */
    public PostgresServer postgres(RdsArn instance, String database, Map<String, String> tags) {
        PostgresServer target = PostgresServer.in(folder.resolve("target"))
                .forTests()
                .tls(authority.issue("target"))
                .start();
        target.execute(
                "postgres",
                "CREATE ROLE master LOGIN CREATEROLE CREATEDB",
                "CREATE DATABASE " + database + " OWNER master");
        cloud().addInstance(new DbInstance(
                instance,
                "postgres",
                "18.1",
                "localhost",
                target.port(),
                "master",
                database,
                tags,
                (user, password) -> target.execute("postgres", "ALTER ROLE " + user + " PASSWORD '" + password + "'")));
        return target;
    }

    public SealedSecretStore secrets() {
        return secrets;
    }

    public Targets targets() {
        return targets;
    }

    /** Starts the service. */
    public void run() {
        run(Map.of());
    }

    /** Starts one that differs from the others by {@code own} settings, beside those that run. */
    public void run(Map<String, String> own) {
        Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        Path file = folder.resolve("provisioner-" + processes.size() + ".properties");
        Properties all = new Properties();
        all.putAll(settings);
        all.putAll(own);
        try (Writer writer = Files.newBufferedWriter(file)) {
            all.store(writer, null);
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx256m",
                            "-Dquarkus.config.locations=" + file.toUri(),
                            "-jar",
                            jar.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9} does, to all that run. */
    public void kill() {
        processes.forEach(running -> running.destroyForcibly().onExit().join());
        processes.clear();
    }

    /** Everything that the service printed. */
    public Path log() {
        return folder.resolve("provisioner.log");
    }

    /** Forgets what was heard, and hears all topics of the provisioner from their beginning. */
    public void listen() {
        deafen();
        heard.clear();
        KafkaConsumer<String, String> fresh = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "test-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        fresh.subscribe(List.of(
                Topics.DBROLES_PROGRESS, Topics.AGENTS_HEARTBEATS, Topics.deadLetters(Topics.DBROLES_COMMANDS)));
        consumer = fresh;
    }

    private void deafen() {
        KafkaConsumer<String, String> before = consumer;
        if (before != null) {
            before.close();
        }
    }

    /** Sends a command as the api does. */
    public void send(Event<?> command, AgentId to) {
        send(command.subject(), EventJson.write(command), to);
    }

    public void send(String key, String value, AgentId to) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            ProducerRecord<String, String> record = new ProducerRecord<>(Topics.DBROLES_COMMANDS, key, value);
            record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
            record.headers().add("agent", to.value().getBytes(StandardCharsets.UTF_8));
            producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All values that were heard. @throws IllegalStateException when the service ended by itself */
    public List<String> heard() {
        if (processes.stream().anyMatch(each -> !each.isAlive())) {
            throw new IllegalStateException("the service ended by itself; see " + log());
        }
        KafkaConsumer<String, String> from = consumer;
        if (from != null) {
            for (ConsumerRecord<String, String> record : from.poll(Duration.ofMillis(100))) {
                heard.add(record.value());
            }
        }
        return heard;
    }

    /** What was said about the job, in the order of saying. */
    public List<JobProgressed> views(JobId job) {
        return heard().stream()
                .filter(text -> text.contains("\"dbroles.progressed\""))
                .map(text -> EventJson.read(EventType.DBROLES_PROGRESSED, text).data())
                .filter(view -> view.jobId().equals(job))
                .toList();
    }

    /** The first view in which {@code step} runs. */
    public void awaitStep(JobId job, String step) {
        await().atMost(PATIENCE)
                .until(() -> views(job).stream()
                        .anyMatch(view -> view.steps().stream()
                                .anyMatch(
                                        each -> each.name().equals(step) && each.status() == Job.StepStatus.RUNNING)));
    }

    /** The last view, once the job has ended. */
    public JobProgressed awaitEnd(JobId job) {
        await().atMost(PATIENCE)
                .until(() -> views(job).stream().anyMatch(view -> view.status().phase() != Job.Phase.RUNNING));
        return views(job).getLast();
    }

    /** What only the installation's own parts may know. */
    public List<String> installationSecrets() {
        return List.of(
                ACCESS_KEY,
                plane.password("sallyport_provisioner").reveal(),
                plane.password("sallyport_secrets").reveal());
    }

    @Override
    public void close() {
        kill();
        deafen();
        secrets.close();
        aws.close();
        kafka.close();
        plane.close();
    }
}
