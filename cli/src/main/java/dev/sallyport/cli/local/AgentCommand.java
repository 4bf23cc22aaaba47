package dev.sallyport.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sally agent}: one more provisioner, in the foreground. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Runs one more agent (a provisioner) in the foreground, until Ctrl-C.",
            "With --name it joins the local stack: it is registered the first time, and keeps its id and its key.",
            "With --config it runs with a file of yours, in any network that reaches the databases, Kafka and the API."
        },
        footer = {
            "",
            "Examples:",
            "  sally agent --name eu-1 --network vpc-eu-1",
            "  sally agent --config /etc/sallyport/agent.properties",
            "",
            "The file holds at least sallyport.agent.id, .key and .api-url, as POST /api/agents gave them,",
            "kafka.bootstrap.servers and the keys of the provisioner in ARCHITECTURE.md."
        })
public final class AgentCommand implements Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final int FIRST_PORT = 8021;

    @ArgGroup(multiplicity = "1")
    private @SuppressWarnings("NullAway.Init") Which which;

    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            defaultValue = "this machine",
            description = "the private network that it reaches, for people (default: this machine)")
    private String network = "";

    /** Somebody wants us to end, so the agent's end is no failure. */
    private volatile boolean stopping;

    static final class Which {
        @Option(names = "--name", paramLabel = "NAME", description = "joins the local stack under this name")
        @Nullable String name;

        @Option(names = "--config", paramLabel = "FILE", description = "runs with the settings of this file")
        @Nullable Path config;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String name = which.name;
        if (name == null) {
            return elsewhere(java.util.Objects.requireNonNull(which.config));
        }
        if (!NAME.matcher(name).matches()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--name is 1 to 63 letters, digits, '-' and '_', a letter or digit first");
        }
        return beside(name);
    }

    private Integer elsewhere(Path config) throws IOException, InterruptedException {
        if (!Files.isReadable(config)) {
            throw new CommandFailure(ExitCode.USAGE, "cannot read " + config);
        }
        Properties settings = properties(Files.readString(config));
        for (String key : new String[] {"sallyport.agent.id", "sallyport.agent.key", "sallyport.agent.api-url"}) {
            if (settings.getProperty(key, "").isBlank()) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        config + " does not set " + key + "; POST /api/agents gives an agent its id and key");
            }
        }
        System.err.println("Agent " + settings.getProperty("sallyport.agent.id") + " starts; Ctrl-C stops it.");
        return ended(start(config, null));
    }

    private Integer beside(String name) throws IOException, InterruptedException {
        Home home = Home.fromEnvironment();
        StackState state = StackState.running(home);
        Path folder = home.folder("agents/" + name);
        Path file = folder.resolve("application.properties");
        Api api = new Api(URI.create(state.apiUrl()), TokenCommand.mint(home, state, "admin"));
        Map<String, String> settings = settings(home, file, name, api, state);
        home.writePrivately(file, ServiceProcess.properties(settings));
        Path log = folder.resolve("log");
        Process process = start(file, log);
        String id = settings.get("sallyport.agent.id");
        awaitOnline(api, String.valueOf(id), process, log);
        System.out.println("Agent " + id + " (" + name + ", " + network + ") is online. Its log: " + log);
        System.out.println("Ctrl-C stops it.");
        return ended(process);
    }

    /** The local provisioner's, with who this one is; its id and key as before, when it was registered before. */
    private Map<String, String> settings(Home home, Path file, String name, Api api, StackState state)
            throws IOException {
        Map<String, String> settings = new TreeMap<>();
        Path provisioner =
                home.folder("services/" + PartName.PROVISIONER.label()).resolve("application.properties");
        text(home, provisioner).forEach((key, value) -> settings.put(key.toString(), value.toString()));
        Properties before = home.read(file).map(AgentCommand::properties).orElseGet(Properties::new);
        if (before.isEmpty()) {
            JsonNode registered = api.post("/api/agents", Map.of("name", name, "network", network));
            settings.put("sallyport.agent.id", registered.at("/agent/id").asText());
            settings.put("sallyport.agent.key", registered.path("key").asText());
        } else {
            settings.put("sallyport.agent.id", before.getProperty("sallyport.agent.id"));
            settings.put("sallyport.agent.key", before.getProperty("sallyport.agent.key"));
        }
        settings.put("sallyport.agent.name", name);
        settings.put("sallyport.agent.network", network);
        settings.put("sallyport.agent.api-url", state.apiUrl());
        settings.put("quarkus.http.port", Integer.toString(FreePort.from(FIRST_PORT)));
        return settings;
    }

    private static Properties text(Home home, Path file) {
        return properties(home.read(file)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.NOT_RUNNING, "the local provisioner was never started; `sally up` starts it")));
    }

    private static Properties properties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "the settings are no properties file: " + e.getMessage());
        }
        properties.replaceAll((key, value) -> value.toString().replace("$$", "$"));
        return properties;
    }

    /** @param log where its output goes; to ours when null */
    private Process start(Path settings, @Nullable Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ServiceProcess.command(PartName.PROVISIONER, StartNotes.kept()));
        builder.environment().put("QUARKUS_CONFIG_LOCATIONS", settings.toUri().toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                log == null ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
        return process;
    }

    private void stop(Process process) {
        stopping = true;
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    private static void awaitOnline(Api api, String id, Process process, Path log) throws InterruptedException {
        Instant deadline = Instant.now().plus(START_LIMIT);
        while (!Stack.online(api).contains(id)) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new CommandFailure(ExitCode.CANNOT_START, "the agent did not come online; see " + log);
            }
            Thread.sleep(100);
        }
    }

    private int ended(Process process) throws InterruptedException {
        int exit = process.waitFor();
        if (exit != 0 && !stopping) {
            throw new CommandFailure(ExitCode.FAILED, "the agent ended by itself with " + exit);
        }
        return ExitCode.OK.number();
    }
}
