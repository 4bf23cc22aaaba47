package dev.sallyport.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.OnCtrlC;
import dev.sallyport.cli.demo.Access.Door;
import dev.sallyport.cli.demo.Onboarding.Instance;
import dev.sallyport.cli.demo.Onboarding.Provisioned;
import dev.sallyport.cli.demo.Queries.Ran;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.local.DownCommand;
import dev.sallyport.cli.local.Home;
import dev.sallyport.cli.local.StackState;
import dev.sallyport.cli.local.StartNotes;
import dev.sallyport.cli.local.TokenCommand;
import dev.sallyport.cli.local.UpCommand;
import dev.sallyport.sandbox.files.Folders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sally demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts everything on this machine and plays the whole story: databases are found and provisioned, access is asked for"
                    + " and approved, SQL runs through the proxy, the audit trail is read, a grant is revoked.",
            "",
            "Every step is checked: exit code 5 says that one did not turn out as it must."
        },
        footer = {
            "",
            "Examples:",
            "  sally demo            plays the story and leaves everything running to look around",
            "  sally demo --once     the same for a script: stops everything afterwards"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(names = "--once", description = "stop everything afterwards, whatever came of it")
    private boolean once;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Home home = Home.fromEnvironment();
        if (once) {
            return once(home, StartNotes.kept()).number();
        }
        perform(home, StartNotes.kept());
        return ExitCode.OK.number();
    }

    /** Plays the story and stops everything, whatever came of it and whoever asked for the end. */
    static ExitCode once(Home home, StartNotes notes) throws IOException, InterruptedException, SQLException {
        try (OnCtrlC ctrlC = OnCtrlC.interrupts()) {
            try {
                perform(home, notes);
                return ExitCode.OK;
            } catch (InterruptedException | RuntimeException e) {
                if (!ctrlC.pressed()) {
                    throw e;
                }
                return ExitCode.INTERRUPTED;
            } finally {
                // To stop takes its time: the interrupt was for the story.
                boolean interrupted = Thread.interrupted();
                System.out.println();
                DownCommand.stop(home, notes);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Starts the stack of {@code home} and plays the story on it. */
    private static void perform(Home home, StartNotes notes) throws IOException, InterruptedException, SQLException {
        play(home, UpCommand.start(home, notes));
    }

    private static void play(Home home, StackState state) throws IOException, InterruptedException, SQLException {
        Story story = new Story(System.out);
        Api admin = api(home, state, "admin");
        Onboarding onboarding = new Onboarding(story, admin);
        JsonNode settings =
                JSON.readTree(home.directory().resolve("settings.json").toFile());
        List<Instance> instances = onboarding.discover(
                settings.path("accessKeyId").asText(),
                settings.path("secretAccessKey").asText(),
                "eu-west-1");
        List<Provisioned> provisioned = onboarding.provision(instances, state.provisionerAgent());
        provisioned.forEach(done -> webhook(story, state, done));

        story.chapter("Let the engineer in");
        Access access = new Access(story, api(home, state, "engineer"), api(home, state, "approver"));
        List<Door> doors = instances.stream()
                .map(instance -> access.open(instance.arn() + "/shop"))
                .toList();
        connected(story, home, state, access, doors);

        story.chapter("Look around");
        story.tell("console   %s   (local users' password: %s)", state.consoleUrl(), state.localPasswordFile());
        story.tell(
                "audit     curl -H \"Authorization: Bearer $(./sally token auditor)\" %s/api/audit/sessions",
                state.apiUrl());
        story.tell(
                "access    curl -H \"Authorization: Bearer $(./sally token engineer)\" %s/api/access/entitlements",
                state.apiUrl());
        story.tell("parts     ./sally status, ./sally logs db-proxy; ./sally down stops it all");
        System.out.printf("%nThe story holds: %d facts checked.%n", story.checks());
    }

    private static void connected(Story story, Home home, StackState state, Access access, List<Door> doors)
            throws IOException, InterruptedException, SQLException {
        Path authority = Path.of(state.authorityFile());
        Path scratch = Files.createTempDirectory("sally-demo");
        Clients clients = new Clients(authority, scratch);
        Queries queries = new Queries(story, clients);
        Audit audit = new Audit(story, api(home, state, "auditor"));
        try (Connection first = clients.connect(doors.get(0));
                Connection second = clients.connect(doors.get(1))) {
            List<List<Ran>> ran = List.of(
                    inProxy(story, queries, doors.get(0), first, authority),
                    inProxy(story, queries, doors.get(1), second, authority));
            story.chapter("Read the audit trail");
            for (int i = 0; i < doors.size(); i++) {
                audit.show(doors.get(i).grantId(), ran.get(i));
            }
            story.chapter("Take one grant back");
            revoked(story, access, clients, doors.get(0), first);
            story.check(second.isValid(5), "the other grant's connection is untouched");
        } finally {
            Folders.remove(scratch);
        }
    }

    private static List<Ran> inProxy(Story story, Queries queries, Door door, Connection connection, Path authority)
            throws IOException, InterruptedException, SQLException {
        story.chapter("Run SQL through the proxy: " + door.engine());
        List<Ran> ran = new ArrayList<>(queries.run(door, connection));
        if (door.engine().equals("postgres") && onPath("psql")) {
            ran.addAll(queries.psql(door, authority));
        }
        return ran;
    }

    private static void revoked(Story story, Access access, Clients clients, Door door, Connection open)
            throws SQLException {
        long began = System.nanoTime();
        access.revoke(door);
        String cause = story.await("the open connection is cut", Duration.ofSeconds(10), () -> failure(open));
        story.check(
                true,
                "the open connection was cut after %d ms: %s",
                Duration.ofNanos(System.nanoTime() - began).toMillis(),
                cause);
        try (Connection again = clients.connect(door)) {
            throw new CommandFailure(ExitCode.STORY_FAILED, "a revoked grant let somebody in: " + again);
        } catch (SQLException refused) {
            story.check(true, "a new one is refused: %s", Story.firstLine(refused));
        }
    }

    private static @Nullable String failure(Connection connection) {
        try (var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return null;
        } catch (SQLException e) {
            return Story.firstLine(e);
        }
    }

    private static void webhook(Story story, StackState state, Provisioned done) {
        String job = done.job().path("id").asText();
        JsonNode message = story.await("the webhook of " + job + " arrives", Duration.ofSeconds(30), () -> {
            for (JsonNode candidate : messages(state)) {
                if (candidate.path("body").asText().contains(job)) {
                    return candidate;
                }
            }
            return null;
        });
        try {
            JsonNode body = JSON.readTree(message.path("body").asText());
            story.check(
                    message.path("verified").asBoolean()
                            && body.path("event_type").asText().equals("dbroles.job.finished")
                            && body.path("event_payload").equals(done.job()),
                    "webhook %s: signature verified, payload equals GET /api/dbroles/jobs/%s",
                    body.path("event_type").asText(),
                    job);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.STORY_FAILED, "the webhook's body is no JSON");
        }
    }

    private static JsonNode messages(StackState state) {
        try {
            HttpResponse<String> listed = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(state.webhooksUrl() + "/messages"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return JSON.readTree(listed.body());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.NOT_RUNNING, "the webhook receiver does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static Api api(Home home, StackState state, String user) {
        return new Api(URI.create(state.apiUrl()), TokenCommand.mint(home, state, user));
    }
}
