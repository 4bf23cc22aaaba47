package dev.sallyport.cli.rds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.OnCtrlC;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.TimeSpan;
import dev.sallyport.cli.access.AccessApi;
import dev.sallyport.cli.access.Ensuring;
import dev.sallyport.cli.access.Ensuring.Wanted;
import dev.sallyport.cli.access.Entitlement;
import dev.sallyport.cli.access.GrantLines;
import dev.sallyport.cli.access.RequestCommand;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.cli.login.Logins;
import dev.sallyport.cli.tunnel.Tickets;
import dev.sallyport.cli.tunnel.TunnelEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sally rds proxy}. */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets you use a database from this machine: asks for access when you have none, waits for it, and opens a local port.",
            "",
            "The port stays the same for a database and role. The tunnel opens itself again when it breaks, until the grant"
                    + " ends. Every statement is recorded. Ctrl-C closes it; the grant stays."
        },
        footer = {
            "",
            "Exit codes: 0 closed with Ctrl-C; 6 refused; 7 log in first; 8 denied, cancelled or expired;",
            "            9 not approved in time (the request stays open); 10 the grant ended; 11 the local port is taken;",
            "            12 no tunnel; 130 you changed your mind.",
            "",
            "Examples:",
            "  sally rds proxy",
            "  sally rds proxy --target orders/shop --role ro --reason 'ticket 4711' --yes",
            "  sally rds proxy -t orders/shop --role ro -t billing/shop --role ro    both at once",
            "  sally rds proxy -t orders/shop --role ro --yes -o json                one line of JSON when it is ready"
        })
public final class ProxyCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private final Ensuring ensuring = new Ensuring();

    @Option(
            names = {"-w", "--wait"},
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = TimeSpan.class,
            description = "wait for an approval this long at most (default: 1h)")
    private Duration patience = Duration.ofHours(1);

    @Option(names = "--port", paramLabel = "PORT", description = "the local port, this time")
    private @Nullable Integer port;

    @Mixin
    private final ChosenCarriers carriers = new ChosenCarriers();

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        if (port != null && (port < 1 || port > 65_535)) {
            throw new CommandFailure(ExitCode.USAGE, "--port is from 1 to 65535");
        }
        AccessApi api = new AccessApi(access.api());
        carriers.aws(access.awsStandIn());
        List<Entitlement> wanted = ensuring.choose(api);
        if (port != null && wanted.size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--port is for one database; each of several has a port of its own");
        }
        List<Wanted> ensured = ensuring.ensure(api, wanted);
        RequestCommand.refuseFailed(ensured);
        try (OnCtrlC ctrlC = OnCtrlC.interrupts()) {
            assert ctrlC != null;
            return proxy(api, ensured, ensuring.await(api, ensured, patience));
        }
    }

    private int proxy(AccessApi api, List<Wanted> ensured, List<JsonNode> grants) {
        LocalPorts ports = new LocalPorts(Logins.folder(System.getenv()));
        List<OpenDatabase> open = new ArrayList<>();
        try {
            for (int at = 0; at < ensured.size(); at++) {
                Entitlement entitlement = ensured.get(at).entitlement();
                String grant = grants.get(at).path("id").asText();
                OpenDatabase database = OpenDatabase.open(
                        entitlement,
                        grant,
                        new Tickets(api.api(), grant),
                        carriers,
                        port == null ? ports.of(entitlement) : port);
                open.add(database);
                tell(database);
                warnBeforeTheEnd(api, database);
            }
            return untilAllEnded(api, open);
        } finally {
            open.forEach(OpenDatabase::close);
        }
    }

    private void tell(OpenDatabase database) {
        ClientLines lines = database.lines();
        String until = database.ticket().grantExpiresAt().toString();
        if (output.json()) {
            System.out.println(json(database, lines, until));
            System.out.flush();
            return;
        }
        Notice.result("Database proxy ready for connections on " + ClientLines.HOST + ":" + lines.port());
        Notice.result("You can connect now using this connection string: " + lines.url());
        Notice.result("Or using the " + lines.program() + " cli: " + lines.command());
        Notice.result(database.entitlement().label() + " until " + Table.seconds(until)
                + "; any password will do; Ctrl-C closes it");
    }

    private static void warnBeforeTheEnd(AccessApi api, OpenDatabase database) {
        new EndWarning(
                        InstantSource.system(),
                        database.end(),
                        known -> expiry(api, database, known),
                        expiresAt -> Notice.attention("Your access as "
                                + database.entitlement().label() + " ends at " + Table.seconds(expiresAt.toString())
                                + "; `sally extend " + database.grantId()
                                + "` makes it last longer, where its workflow lets you"))
                .watch(database.ticket().grantExpiresAt());
    }

    private static Instant expiry(AccessApi api, OpenDatabase database, Instant known) {
        try {
            JsonNode expiresAt = api.grant(database.grantId()).path("expires_at");
            return expiresAt.isTextual() ? Instant.parse(expiresAt.asText()) : known;
        } catch (CommandFailure unreachable) {
            return known;
        }
    }

    private static String json(OpenDatabase database, ClientLines lines, String until) {
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("state", "ready");
        ready.put("target", database.entitlement().target());
        ready.put("role", database.entitlement().role());
        ready.put("grant_id", database.grantId());
        ready.put("tunnel_id", database.ticket().tunnelId());
        ready.put("expires_at", until);
        ready.put("host", ClientLines.HOST);
        ready.put("port", lines.port());
        ready.put("engine", lines.engine());
        ready.put("user", lines.user());
        ready.put("database", lines.database());
        ready.put("url", lines.url());
        ready.put("command", lines.command());
        try {
            return JSON.writeValueAsString(ready);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line has no JSON form", e);
        }
    }

    /** Says of each why it ended; the worst of them is the exit code. */
    private static int untilAllEnded(AccessApi api, List<OpenDatabase> open) {
        List<CompletableFuture<ExitCode>> ends = open.stream()
                .map(each -> each.end().thenApplyAsync(end -> said(api, each, end)))
                .toList();
        try {
            int worst = ExitCode.OK.number();
            for (CompletableFuture<ExitCode> end : ends) {
                worst = Math.max(worst, end.get().number());
            }
            return worst;
        } catch (InterruptedException e) {
            Notice.info("Closed. Your grants stay until they end: `sally close` ends them now.");
            return ExitCode.OK.number();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static ExitCode said(AccessApi api, OpenDatabase database, TunnelEnd end) {
        Entitlement entitlement = database.entitlement();
        String again = "`sally rds proxy --target " + entitlement.target() + " --role " + entitlement.role() + "`";
        return switch (end.reason()) {
            case CLOSED -> ExitCode.OK;
            case GRANT_ENDED -> {
                Notice.attention("Your access as " + entitlement.label() + " has ended: " + why(api, database, end));
                Notice.info("To ask for it again: " + again);
                yield ExitCode.GRANT_ENDED;
            }
            case REFUSED -> {
                Notice.attention("The proxy of " + entitlement.name() + " lets you in no more: " + end.message());
                yield ExitCode.TUNNEL_FAILED;
            }
            case GAVE_UP -> {
                Notice.attention("The tunnel to " + entitlement.name() + " is lost: " + end.message());
                Notice.info("To try again, your grant may still be good: " + again);
                yield ExitCode.TUNNEL_FAILED;
            }
        };
    }

    /** As the API knows it by now; as the tunnel heard it when the API cannot be asked. */
    private static String why(AccessApi api, OpenDatabase database, TunnelEnd end) {
        try {
            JsonNode grant = api.grant(database.grantId());
            return grant.path("status").asText().equals("active") ? end.message() : GrantLines.ended(grant);
        } catch (CommandFailure unreachable) {
            return end.message();
        }
    }
}
