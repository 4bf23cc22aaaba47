package dev.sallyport.sandbox.kafka;

import dev.sallyport.sandbox.files.Unpacked;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.process.FolderLock;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A real Kafka 4.3 broker in KRaft mode, one node that is its own controller, in a process and a folder of its own. It
 * listens on 127.0.0.1 only and makes topics (three partitions) when they are first used.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final List<String> SMALL =
            List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final DetachedProcess process;
    private final int port;
    private final Path log;

    private KafkaBroker(DetachedProcess process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** A broker in {@code folder}, to be configured and started. */
    public static Builder in(Path folder) {
        return new Builder(folder);
    }

    /** How it is to run. */
    public static final class Builder {

        private final Path folder;
        private int port;

        private Builder(Path folder) {
            this.folder = folder.toAbsolutePath().normalize();
        }

        /** The port; a free one unless told. */
        public Builder port(int wanted) {
            this.port = wanted;
            return this;
        }

        /** The process of this folder, when it runs. */
        public Optional<DetachedProcess> running() {
            return DetachedProcess.find(folder.resolve("pid"));
        }

        /**
         * Starts it, or takes over the one that runs in this folder already.
         *
         * @throws CannotStart when it is not ready within a minute
         */
        public KafkaBroker start() {
            return FolderLock.in(folder, this::startAlone);
        }

        private KafkaBroker startAlone() {
            Path log = folder.resolve("log");
            try {
                Files.createDirectories(folder);
                Path portFile = folder.resolve("port");
                Optional<DetachedProcess> existing = running();
                int chosen = existing.isPresent()
                        ? Integer.parseInt(Files.readString(portFile).strip())
                        : (port == 0 ? FreePort.any() : port);
                if (existing.isEmpty()) {
                    Files.writeString(portFile, Integer.toString(chosen));
                    Files.writeString(folder.resolve("server.properties"), settings(chosen, FreePort.any()));
                    Files.writeString(folder.resolve("log4j2.yaml"), LOGGING);
                    format();
                }
                DetachedProcess process = existing.isPresent() ? existing.get() : launch(log);
                KafkaBroker broker = new KafkaBroker(process, chosen, log);
                process.awaitReady("Kafka", log, START_LIMIT, broker::answers);
                return broker;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot prepare Kafka in " + folder, e);
            }
        }

        private DetachedProcess launch(Path log) throws IOException {
            List<String> command =
                    java("kafka.Kafka", folder.resolve("server.properties").toString());
            return DetachedProcess.start(command, Map.of(), folder, folder.resolve("pid"), log);
        }

        private String settings(int broker, int controller) {
            return """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@127.0.0.1:%2$d
                    listeners=BROKER://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                    advertised.listeners=BROKER://127.0.0.1:%1$d
                    listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
                    inter.broker.listener.name=BROKER
                    controller.listener.names=CONTROLLER
                    log.dirs=%3$s
                    num.partitions=3
                    offsets.topic.num.partitions=3
                    offsets.topic.replication.factor=1
                    transaction.state.log.num.partitions=3
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    share.coordinator.state.topic.num.partitions=1
                    share.coordinator.state.topic.replication.factor=1
                    share.coordinator.state.topic.min.isr=1
                    group.initial.rebalance.delay.ms=0
                    log.cleaner.dedupe.buffer.size=2097152
                    num.network.threads=2
                    num.io.threads=2
                    """.formatted(broker, controller, folder.resolve("data"));
        }

        private void format() throws IOException {
            if (Files.exists(folder.resolve("data/meta.properties"))) {
                return;
            }
            List<String> command = java(
                    "kafka.tools.StorageTool",
                    "format",
                    "--cluster-id",
                    "c2FsbHlwb3J0LWxvY2FsMQ",
                    "--ignore-formatted",
                    "--config",
                    folder.resolve("server.properties").toString());
            Process format =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(format.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            try {
                if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
                    throw new CannotStart("Kafka cannot make its data folder: " + said.strip());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotStart("interrupted", e);
            }
        }

        private List<String> java(String main, String... arguments) throws IOException {
            Path jars = Unpacked.inUserCache().tree("kafka-4.3.1", "broker", List.of());
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(SMALL);
            command.add("-Dlog4j2.configurationFile=" + folder.resolve("log4j2.yaml"));
            command.add("-cp");
            command.add(classPath(jars));
            command.add(main);
            command.addAll(List.of(arguments));
            return command;
        }

        private static String classPath(Path jars) throws IOException {
            // In the order in which the build resolved them.
            try (InputStream list = KafkaBroker.class.getClassLoader().getResourceAsStream("broker/classpath")) {
                if (list == null) {
                    throw new CannotStart("broker/classpath is not on the class path");
                }
                List<String> names = new ArrayList<>();
                for (String name : new String(list.readAllBytes(), StandardCharsets.UTF_8)
                        .strip()
                        .split(":")) {
                    names.add(jars.resolve(name.substring("broker/".length())).toString());
                }
                return String.join(java.io.File.pathSeparator, names);
            }
        }
    }

    private static final String LOGGING = """
            Configuration:
              status: ERROR
              Appenders:
                Console:
                  name: OUT
                  PatternLayout:
                    pattern: "%d{ISO8601} %p %c{1} %m%n"
              Loggers:
                Root:
                  level: WARN
                  AppenderRef:
                    ref: OUT
            """;

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public DetachedProcess process() {
        return process;
    }

    public Path log() {
        return log;
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(20));
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
