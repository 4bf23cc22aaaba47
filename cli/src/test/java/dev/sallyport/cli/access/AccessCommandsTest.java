package dev.sallyport.cli.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.dbroles.PlayedApi;
import dev.sallyport.cli.dbroles.PlayedApi.Ran;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of access call, print and exit with, against an API that is a script. */
class AccessCommandsTest {

    private static final String SHOP = "arn:aws:rds:eu-west-1:111111111111:db:orders/shop";
    private static final String STOCK = "arn:aws:rds:eu-west-1:111111111111:db:orders/stock";
    private static final String REQUEST = "req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE";
    private static final String OTHER = "req_2xWgkJ3Pq0c1tVn8YbLhRzMd5aF";
    private static final String GRANT = "gra_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE";

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") PlayedApi api;

    @BeforeEach
    void start() throws IOException {
        api = new PlayedApi(folder)
                .on(
                        "GET /api/access/entitlements?limit=200",
                        200,
                        "{'items': [" + entitlement(SHOP, "hoop_ro") + "," + entitlement(SHOP, "hoop_rw") + ","
                                + entitlement(STOCK, "hoop_ro") + "], 'next_cursor': null}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void entitlementsAreATableThatCanBeNarrowed() {
        assertThat(api.run("entitlements", "stock").out()).isEqualTo("""
                        DATABASE      ROLE     ENGINE    ID
                        orders/stock  hoop_ro  postgres  arn:aws:rds:eu-west-1:111111111111:db:orders/stock
                        """);
        assertThat(api.run("entitlements", "--engine", "mysql").out()).contains("There is nothing");
        assertThat(api.run("entitlements", "-o", "json").out()).contains("\"role\" : \"hoop_rw\"");
    }

    @Test
    void aRequestNamesTargetAndRoleAndIsSentAsTheApiTakesIt() {
        api.on("POST /api/access/ensure", 200, "{'items': [" + ensured(SHOP, "requested", REQUEST, null) + "]}");

        Ran ran = api.run(
                "request", "--target", "orders/shop", "--role", "ro", "--reason", "why not", "-d", "30m", "--yes");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("""
                        DATABASE     ROLE     OUTCOME    REQUEST                          GRANT
                        orders/shop  hoop_ro  requested  %s
                        """.formatted(REQUEST));
        assertThat(api.calls())
                .contains("POST /api/access/ensure {\"entitlements\":[{\"target\":\"" + SHOP
                        + "\",\"role\":\"hoop_ro\"}],\"reason\":\"why not\",\"duration_seconds\":1800}");
    }

    @Test
    void waitingFollowsTheRequestToItsGrantUntilThatIsActive() {
        api.on("POST /api/access/ensure", 200, "{'items': [" + ensured(SHOP, "requested", REQUEST, null) + "]}")
                .on("GET /api/access/requests/" + REQUEST, 200, request("requested", null))
                .on("GET /api/access/requests/" + REQUEST, 200, request("approved", GRANT))
                .on("GET /api/access/grants/" + GRANT, 200, grant("activating"))
                .on("GET /api/access/grants/" + GRANT, 200, grant("active"));

        Ran ran = api.run("request", "-t", SHOP, "--role", "hoop_ro", "--yes", "--wait=10s");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains(GRANT, "active", "2026-11-21T11:00:00Z");
        assertThat(ran.err()).contains("Waiting for an approval of " + REQUEST);
    }

    @Test
    void aDeniedRequestEndsTheWaitWithWhoAndWhy() {
        api.on("POST /api/access/ensure", 200, "{'items': [" + ensured(SHOP, "pending", REQUEST, null) + "]}")
                .on("GET /api/access/requests/" + REQUEST, 200, request("denied", null));

        Ran ran = api.run("request", "-t", "orders/shop", "--role", "ro", "-y", "-w");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_GRANTED.number());
        assertThat(ran.err()).contains("the request " + REQUEST + " is denied by approver: not today");
    }

    @Test
    void aWaitHasAnEndAndTheRequestStaysOpen() {
        api.on("POST /api/access/ensure", 200, "{'items': [" + ensured(SHOP, "pending", REQUEST, null) + "]}")
                .on("GET /api/access/requests/" + REQUEST, 200, request("requested", null));

        Ran ran = api.run("request", "-t", "orders/shop", "--role", "ro", "-y", "-w", "1s");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.TIMED_OUT.number());
        assertThat(ran.err()).contains("after 1s the request " + REQUEST + " is not decided on yet; it stays open");
    }

    @Test
    void aFailedActivationIsNotWaitedFor() {
        api.on("POST /api/access/ensure", 200, "{'items': [" + ensured(SHOP, "pending", null, GRANT) + "]}")
                .on("GET /api/access/grants/" + GRANT, 200, grant("failed"));

        Ran ran = api.run("request", "-t", "orders/shop", "--role", "ro", "-y", "-w");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_GRANTED.number());
        assertThat(ran.err()).contains("the grant " + GRANT + " is failed: AWS said no");
    }

    @Test
    void whatIsNotClearIsSaidWithTheFlagsWhenNobodyIsThereToChoose() {
        Ran several = api.run("request", "--role", "ro", "--yes");
        assertThat(several.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(several.err())
                .contains(
                        "choose among 2: say which with --target and --role",
                        "'orders/shop' as hoop_ro, 'orders/stock' as hoop_ro");

        Ran unknown = api.run("request", "--target", "orders/shop", "--role", "ddl", "--yes");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(unknown.err()).contains("nothing that you may ask for is called --target orders/shop --role ddl");
    }

    @Test
    void withoutYesAndWithoutATerminalNothingIsAsked() {
        api.on("POST /api/access/ensure", 200, "{'items': [" + ensured(SHOP, "will_request", null, null) + "]}");

        Ran ran = api.run("request", "-t", "orders/shop", "--role", "ro");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ran.err()).contains("say --yes (will_request hoop_ro on orders/shop)");
        assertThat(api.calls()).filteredOn(call -> call.startsWith("POST")).allMatch(call -> call.contains("dry_run"));
    }

    @Test
    void severalPairsAreOneCall() {
        api.on(
                "POST /api/access/ensure",
                200,
                "{'items': [" + ensured(SHOP, "requested", REQUEST, null) + "," + ensured(STOCK, "active", OTHER, GRANT)
                        + "]}");

        Ran ran = api.run(
                "request",
                "-t",
                "orders/shop",
                "--role",
                "rw",
                "-t",
                "orders/stock",
                "--role",
                "ro",
                "-y",
                "-o",
                "json");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"outcome\" : \"requested\"", "\"outcome\" : \"active\"");
    }

    @Test
    void aReasonThatTheWorkflowWantsIsNamedWhenNobodyIsThere() throws IOException {
        try (PlayedApi strict = new PlayedApi(folder)
                .on(
                        "GET /api/access/entitlements?limit=200",
                        200,
                        "{'items': [{'target': '" + SHOP
                                + "', 'role': 'hoop_ro', 'engine': 'postgres', 'workflow': {'name': 'strict', 'reason_required': true}}]}")) {
            Ran ran = strict.run("request", "--yes");
            assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE.number());
            assertThat(ran.err()).contains("a reason is needed: give it with --reason");
        }
    }

    @Test
    void requestsAreFilteredAndShownWhole() {
        api.on(
                "GET /api/access/requests?limit=200",
                200,
                "{'items': [" + request("requested", null) + "," + request("denied", null) + "], 'next_cursor': null}");
        api.on("GET /api/access/requests/" + REQUEST, 200, request("denied", null));

        assertThat(api.run("requests", "--status", "requested").out())
                .contains("orders/shop", "requested", "1h")
                .doesNotContain("denied");
        assertThat(api.run("requests", "--who", "nobody").out()).contains("There are no such requests.");
        assertThat(api.run("requests", REQUEST).out()).contains("comment    not today", "for        1h");
    }

    @Test
    void allIdsAreDecidedOnEvenWhenOneIsRefused() {
        api.on("POST /api/access/requests/" + REQUEST + "/approve", 200, request("approved", GRANT))
                .on(
                        "POST /api/access/requests/" + OTHER + "/approve",
                        403,
                        "{'code': 'own_request', 'message': 'ask somebody else'}");

        Ran ran = api.run("approve", OTHER, REQUEST, "--comment", "fine");

        assertThat(ran.err()).contains(REQUEST + " is approved", "ask somebody else", "1 of 2 were refused");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(api.calls()).contains("POST /api/access/requests/" + REQUEST + "/approve {\"comment\":\"fine\"}");
    }

    @Test
    void aGrantIsClosedAndExtended() {
        api.on("POST /api/access/grants/" + GRANT + "/close", 202, grant("closing"))
                .on("GET /api/access/grants/" + GRANT, 200, grant("active"))
                .on("POST /api/access/grants/" + GRANT + "/extend", 202, grant("active"))
                .on("POST /api/access/grants/" + GRANT + "/force-close", 202, grant("closed"));

        assertThat(api.run("close", GRANT).err()).contains(GRANT + " is closing");
        assertThat(api.run("extend", GRANT, "--by", "15m").exitCode()).isZero();
        assertThat(api.calls()).anyMatch(call -> call.endsWith("/extend {\"duration_seconds\":900,\"extension\":1}"));
        assertThat(api.run("close", "--force", GRANT).err()).contains(GRANT + " is closed");
        assertThat(api.run("deny").err()).contains("name the request by its id");
    }

    @Test
    void aTokenThatIsNoLongerGoodSaysHowToGetAnother() {
        api.on("GET /api/access/grants/" + GRANT, 401, "{'code': 'unauthenticated'}");

        Ran ran = api.run("grants", GRANT);

        assertThat(ran.exitCode()).isEqualTo(ExitCode.LOGIN_NEEDED.number());
        assertThat(ran.err()).contains("`sally login`");
    }

    private static String entitlement(String target, String role) {
        return "{'target': '" + target + "', 'role': '" + role + "', 'engine': 'postgres', 'connection': 'prod-"
                + role.replace("hoop_", "") + "'}";
    }

    private static String ensured(String target, String outcome, @Nullable String request, @Nullable String grant) {
        return "{'target': '" + target + "', 'role': 'hoop_ro', 'outcome': '" + outcome + "', 'request_id': "
                + text(request) + ", 'grant_id': " + text(grant) + "}";
    }

    private static String request(String status, @Nullable String grant) {
        return "{'id': '" + REQUEST + "', 'requester': {'subject': 'e', 'name': 'engineer', 'email': ''}, 'target': '"
                + SHOP + "', 'role': 'hoop_ro', 'reason': 'r', 'duration_seconds': 3600, 'status': '" + status
                + "', 'created_at': '2026-11-21T10:00:00.000000Z', 'decided_by': 'approver', 'comment': 'not today',"
                + " 'grant_id': " + text(grant) + "}";
    }

    private static String grant(String status) {
        return "{'id': '" + GRANT + "', 'grantee': {'subject': 'e', 'name': 'engineer', 'email': ''}, 'target': '"
                + SHOP
                + "', 'role': 'hoop_ro', 'engine': 'postgres', 'status': '" + status
                + "', 'activated_at': '2026-11-21T10:00:00.000000Z', 'expires_at': '2026-11-21T11:00:00.000000Z',"
                + " 'closed_at': null, 'close_reason': null, 'closed_by': null, 'message': 'AWS said no'}";
    }

    private static String text(@Nullable String value) {
        return value == null ? "null" : "'" + value + "'";
    }
}
