package dev.sallyport.cli.pty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who sits before a terminal: lists, questions, a spinner, and the end of each. */
class SittingDownTest {

    private static final String SHOP = "arn:aws:rds:eu-west-1:111111111111:db:orders/shop";
    private static final String REQUEST = "req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE";
    private static final String GRANT = "gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE";

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") LocalIssuer issuer;
    private @SuppressWarnings("NullAway.Init") PlayedServer api;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1) makes the terminals");
        issuer = new LocalIssuer(folder.resolve("issuer"), 0, Duration.ofHours(1), Clock.systemUTC());
        api = new PlayedServer()
                .on(
                        "GET /api/.well-known/sallyport",
                        "{'issuer': '" + issuer.issuerUrl()
                                + "', 'client_id': 'sallyport-cli', 'scopes': 'openid offline_access'}")
                .on("GET /api/whoami", "{'subject': 'engineer', 'name': 'engineer', 'email': 'e@x', 'roles': ['user']}")
                .on(
                        "GET /api/access/entitlements?limit=200",
                        "{'items': [" + entitlement("Demo MySQL Database", "Root", "billing/shop", "mysql") + ","
                                + entitlement("Demo Postgres Database", "Read Only", "orders/shop", "postgres") + ","
                                + entitlement("Demo Postgres Database", "Root", "orders/shop", "postgres")
                                + "], 'next_cursor': null}")
                .on("POST /api/access/ensure", ensured("will_request", "null"))
                .on("GET /api/access/requests/" + REQUEST, request("requested", "null"))
                .on("GET /api/access/grants/" + GRANT, grant());
    }

    @AfterEach
    void stop() {
        api.close();
        issuer.close();
    }

    @Test
    void logsInByDeviceIsKnownAfterwardsAndLogsOut() throws Exception {
        try (PseudoTerminal login = sally("login", "--device", "--api-url", api.url())) {
            Matcher code = login.awaits("compare the code: ([A-Z]{4}-[A-Z]{4})");
            login.awaits("Waiting for your browser");
            agree(code.group(1));
            login.awaits("You are engineer at " + api.url());
            assertThat(login.exitCode()).isZero();
            assertThat(login.screen()).doesNotContain("eyJ");
        }
        try (PseudoTerminal who = sally("whoami")) {
            who.awaits("engineer <e@x> at " + api.url() + ", user");
            assertThat(who.exitCode()).isZero();
        }
        assertThat(api.tokens()).allMatch(token -> token.startsWith("Bearer eyJ"));
        try (PseudoTerminal logout = sally("logout")) {
            logout.awaits("engineer is logged out");
            assertThat(logout.exitCode()).isZero();
        }
        try (PseudoTerminal who = sally("whoami", "--api-url", api.url())) {
            who.awaits("nobody is logged in at");
            assertThat(who.exitCode()).isEqualTo(ExitCode.LOGIN_NEEDED.number());
        }
    }

    @Test
    void choosesFromAListThatTypingNarrowsAgreesAndWaitsUntilLetIn() throws Exception {
        try (PseudoTerminal terminal = sallyWithToken("request", "--wait")) {
            terminal.awaits("Select a database to connect to");
            terminal.awaits("> Demo MySQL Database +Root");
            terminal.types("postgres");
            terminal.awaits("2 of 3");
            terminal.types(PseudoTerminal.DOWN);
            terminal.awaits("Demo Postgres Database +Root");
            terminal.types(PseudoTerminal.UP + PseudoTerminal.ENTER);
            terminal.awaits("This asks for Read Only on Demo Postgres Database for 1h");
            terminal.awaits("Send the request\\? \\[y/N\\] ");
            api.on("POST /api/access/ensure", ensured("requested", "null"));
            terminal.types("y\n");
            terminal.awaits("Waiting for an approval of " + REQUEST);
            api.on("GET /api/access/requests/" + REQUEST, request("approved", "'" + GRANT + "'"));
            terminal.awaits(GRANT + ".*active");
            assertThat(terminal.exitCode()).isZero();
            assertThat(terminal.raw()).contains("\u001b[3");
        }
        assertThat(api.calls())
                .filteredOn(call -> call.startsWith("POST /api/access/ensure"))
                .hasSize(2)
                .allMatch(call -> call.contains("\"role\":\"Read Only\""));
    }

    @Test
    void leavesTheListWithoutAnyTraceByEscapeAndByCtrlC() throws Exception {
        for (String key : new String[] {"\u001b", PseudoTerminal.CTRL_C}) {
            try (PseudoTerminal terminal = sallyWithToken("request")) {
                terminal.awaits("type to narrow");
                terminal.types(key);
                terminal.awaits("nothing was chosen");
                assertThat(terminal.exitCode()).isEqualTo(ExitCode.INTERRUPTED.number());
            }
        }
        assertThat(api.calls()).noneMatch(call -> call.startsWith("POST"));
    }

    @Test
    void whoDoesNotAgreeAsksForNothing() throws Exception {
        try (PseudoTerminal terminal = sallyWithToken("request", "-t", "billing/shop")) {
            terminal.awaits("Send the request\\?");
            terminal.types("n\n");
            terminal.awaits("nothing was asked for");
            assertThat(terminal.exitCode()).isEqualTo(ExitCode.INTERRUPTED.number());
        }
        assertThat(api.calls()).filteredOn(call -> call.startsWith("POST")).allMatch(call -> call.contains("dry_run"));
    }

    @Test
    void ctrlCWhileWaitingEndsAtOnceAndSaysThatTheRequestStays() throws Exception {
        api.on("POST /api/access/ensure", ensured("requested", "null"));
        try (PseudoTerminal terminal = sallyWithToken("rds", "proxy", "-t", "billing/shop", "--yes")) {
            terminal.awaits("Waiting for an approval");
            terminal.types(PseudoTerminal.CTRL_C);
            terminal.awaits("it stays open");
            assertThat(terminal.exitCode()).isEqualTo(ExitCode.INTERRUPTED.number());
        }
    }

    @Test
    void withNoColorNothingIsColoured() throws Exception {
        Map<String, String> plain = new HashMap<>(environment());
        plain.put("NO_COLOR", "1");
        plain.put("SALLYPORT_TOKEN", "a-token");
        try (PseudoTerminal terminal = PseudoTerminal.run(plain, "request", "--api-url", api.url())) {
            terminal.awaits("type to narrow");
            terminal.types(PseudoTerminal.ENTER);
            terminal.awaits("\\[i] This asks for");
            terminal.types("n\n");
            terminal.exitCode();
            assertThat(terminal.raw()).doesNotContainPattern("\u001b\\[[0-9;]*3[0-9]m");
        }
    }

    private PseudoTerminal sally(String... arguments) throws IOException {
        return PseudoTerminal.run(environment(), arguments);
    }

    private PseudoTerminal sallyWithToken(String... arguments) throws IOException {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("SALLYPORT_TOKEN", "a-token");
        environment.put("SALLYPORT_API_URL", api.url());
        return PseudoTerminal.run(environment, arguments);
    }

    private Map<String, String> environment() {
        return Map.of(
                "SALLYPORT_CONFIG", folder.resolve("config").toString(),
                "SALLYPORT_HOME", folder.resolve("home").toString(),
                "SALLYPORT_KEYRING", "off");
    }

    /** As somebody does in a browser. */
    private void agree(String code) throws Exception {
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(issuer.issuerUrl() + "/device"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("username=engineer&decision=allow&user_code="
                                        + code + "&password="
                                        + LocalIssuer.localPassword(folder.resolve("issuer"))
                                                .reveal()))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }

    private static String entitlement(String name, String role, String database, String engine) {
        return "{'target': 'arn:aws:rds:eu-west-1:111111111111:db:" + database + "', 'role': '" + role + "', 'name': '"
                + name + "', 'engine': '" + engine
                + "', 'workflow': {'name': 'default', 'default_duration_seconds': 3600}}";
    }

    private static String ensured(String outcome, String grant) {
        return "{'items': [{'target': '" + SHOP + "', 'role': 'Read Only', 'outcome': '" + outcome
                + "', 'request_id': '" + REQUEST + "', 'grant_id': " + grant + "}]}";
    }

    private static String request(String status, String grant) {
        return "{'id': '" + REQUEST + "', 'status': '" + status + "', 'grant_id': " + grant + "}";
    }

    private static String grant() {
        return "{'id': '" + GRANT + "', 'grantee': {'name': 'engineer'}, 'target': '" + SHOP
                + "', 'role': 'Read Only', 'status': 'active', 'activated_at': '2026-11-21T10:00:00.000000Z',"
                + " 'expires_at': '2026-11-21T11:00:00.000000Z', 'closed_at': null}";
    }
}
