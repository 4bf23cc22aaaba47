package dev.sallyport.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.e2e.LocalStack.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/guides/first-access.md, by its own commands: rules from files, a request, an approval, a tunnel, a statement, the record, the end. */
class FirstAccessE2E {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern CODE = Pattern.compile("user_code=([A-Z]{4}-[A-Z]{4})");

    @TempDir
    private static Path home;

    private static LocalStack stack;

    @BeforeAll
    static void up() {
        stack = new LocalStack(home);
        Ended demo = stack.sally("demo");
        assertThat(demo.exitCode()).as(demo.output()).isZero();
    }

    @AfterAll
    static void down() {
        stack.sally("down");
    }

    @Test
    void aPersonIsLetInUsesTheirOwnClientAndIsRecordedUntilTheGrantIsClosed() throws Exception {
        String arn = stack.status().path("targets").path(0).path("arn").asText() + "/shop";
        apply(arn);
        Path printed = home.resolve("proxy.out");
        Process proxy = proxy(printed, "orders-postgres/shop", "ro", "ticket 4711");
        try {
            approve();
            JsonNode ready = ready(printed);
            assertThat(selected(ready)).isEqualTo("through the tunnel");
            awaitRecord(ready);

            assertThat(stack.sally(
                                    "close",
                                    "--as",
                                    "approver",
                                    ready.path("grant_id").asText())
                            .exitCode())
                    .isZero();
            assertThat(proxy.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.exitValue()).as(Files.readString(printed)).isEqualTo(10);
            assertThat(Files.readString(printed))
                    .contains("has ended", "To ask for it again: `sally rds proxy --target " + arn);
        } finally {
            proxy.destroyForcibly();
        }
    }

    /** A database that nobody onboarded, with a user whose password AWS keeps, behind proxies that only AWS leads to. */
    @Test
    void aRegisteredDatabaseIsReachedThroughSessionManagerWithThePasswordThatAwsKeeps() throws Exception {
        JsonNode target = stack.status().path("targets").path(0);
        String password = "kept-by-aws-1";
        sql(
                target,
                "CREATE ROLE read_only LOGIN PASSWORD '" + password + "'",
                "GRANT CONNECT ON DATABASE shop TO read_only");
        try (LocalAws aws = new LocalAws(home)) {
            String secret = aws.keep("read-only", password);
            register(target.path("arn").asText(), secret);
            Path printed = home.resolve("over-ssm.out");
            Process proxy = proxy(printed, target.path("arn").asText() + "/shop", "read_only", "ticket 4712");
            try {
                approve();
                aws.confirm(code(printed), "engineer");
                JsonNode ready = ready(printed);
                assertThat(selected(ready)).isEqualTo("through the tunnel");
                awaitRecord(ready);

                aws.replace(secret, "kept-by-aws-2");
                sql(target, "ALTER ROLE read_only PASSWORD 'kept-by-aws-2'");
                assertThat(selected(ready)).isEqualTo("through the tunnel");

                stack.sally("close", "--as", "approver", ready.path("grant_id").asText());
                assertThat(proxy.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(proxy.exitValue()).as(Files.readString(printed)).isEqualTo(10);
                await().atMost(PATIENCE).until(() -> aws.permissionSets() == 0);
            } finally {
                proxy.destroyForcibly();
            }
        }
    }

    /** What the files of one owner hold no more is removed, in an order that the api takes; what others' files hold stays. */
    @Test
    void whatTheFilesHoldNoMoreIsPruned() throws IOException {
        String all = """
                kind: Workflow
                name: third
                spec: {access_duration_seconds: 3600}
                ---
                kind: Selector
                name: third
                spec: {when: 'resource.engine == "mysql"'}
                ---
                kind: Availability
                name: third
                spec: {workflow: third, selector: third, role: hoop_ro}
                """;
        String less = """
                kind: Selector
                name: third
                spec: {when: 'resource.engine == "postgres"'}
                """;
        String others = "kind: Workflow\nname: fourth\nspec: {access_duration_seconds: 600}\n";
        assertThat(applied("fourth", others, "--yes")).contains("1 changed");
        assertThat(applied("third", all, "--yes")).contains("3 changed");

        assertThat(applied("third", less, "--prune", "--plan"))
                .contains("0 to create, 1 to change, 2 to remove, 0 unchanged");
        assertThat(applied("third", less, "--prune", "--yes")).contains("3 changed");

        assertThat(applied("third", less, "--prune", "--plan"))
                .contains("0 to create, 0 to change, 0 to remove, 1 unchanged");
        assertThat(applied("third", all, "--plan")).contains("2 to create, 1 to change");
        assertThat(applied("fourth", others, "--prune", "--plan"))
                .contains("0 to create, 0 to change, 0 to remove, 1 unchanged");
    }

    private static String applied(String owner, String documents, String... how) throws IOException {
        Path file = Files.writeString(home.resolve(owner + ".yaml"), documents);
        List<String> arguments =
                new ArrayList<>(List.of("apply", "--as", "admin", "-f", file.toString(), "--owner", owner));
        arguments.addAll(List.of(how));
        Ended ended = stack.sally(arguments.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }

    private static void register(String arn, String secret) throws IOException {
        String[] parts = arn.split(":");
        Path file = Files.writeString(home.resolve("registered.yaml"), """
                kind: Workflow
                name: registered
                spec: {access_duration_seconds: 3600}
                ---
                kind: Proxy
                name: default
                spec: {account_id: "333344445555", region: eu-west-1, cluster: sallyport}
                ---
                kind: Database
                name: shop
                spec:
                  name: Shop
                  proxy_id: default
                  rds_instance_identifier: %s
                  account_id: "%s"
                  database: shop
                  audit_mode: strict
                  users: [{name: Read Only, username: read_only, password_secrets_manager_arn: "%s"}]
                ---
                kind: Availability
                name: shop-read-only
                spec: {workflow: registered, target: "%s/shop", role: read_only}
                """.formatted(parts[6], parts[4], secret, arn));
        Ended applied = stack.sally("apply", "--as", "admin", "-f", file.toString(), "--owner", "second", "--yes");
        assertThat(applied.exitCode()).as(applied.output()).isZero();
        assertThat(stack.sally("apply", "--as", "admin", "-f", file.toString(), "--owner", "second", "--plan")
                        .output())
                .contains("0 to create, 0 to change, 0 to remove, 4 unchanged");
    }

    private static void sql(JsonNode target, String... statements) throws Exception {
        String password = Files.readString(Path.of(target.path("password_file").asText()));
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + target.path("host").asText() + ":"
                                + target.path("port").asInt() + "/shop?sslmode=require",
                        target.path("administrator").asText(),
                        password.strip());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** What the person has to confirm in AWS's portal. */
    private static String code(Path printed) {
        return await().atMost(PATIENCE)
                .until(
                        () -> CODE.matcher(Files.readString(printed))
                                .results()
                                .map(found -> found.group(1))
                                .findFirst()
                                .orElse(""),
                        code -> !code.isEmpty());
    }

    private static void apply(String arn) throws IOException {
        Path file = Files.writeString(home.resolve("access.yaml"), """
                kind: Workflow
                name: rds
                spec:
                  access_duration_seconds: 14400
                  validation: {reason_required: true}
                ---
                kind: Availability
                name: orders-read-only
                spec: {workflow: rds, target: "%s", role: hoop_ro}
                """.formatted(arn));
        Ended applied = stack.sally("apply", "--as", "admin", "-f", file.toString(), "--yes");
        assertThat(applied.exitCode()).as(applied.output()).isZero();
        assertThat(applied.output()).contains("+ Workflow rds", "+ Availability orders-read-only");
        assertThat(stack.sally("apply", "--as", "admin", "-f", file.toString(), "--plan")
                        .output())
                .contains("0 to create, 0 to change, 0 to remove, 2 unchanged");
        assertThat(stack.sally("entitlements", "--as", "engineer").output())
                .contains("hoop_ro")
                .doesNotContain("hoop_rw");
    }

    private static Process proxy(Path printed, String target, String role, String reason) throws IOException {
        return stack.start(
                printed,
                "rds",
                "proxy",
                "--as",
                "engineer",
                "--target",
                target,
                "--role",
                role,
                "--reason",
                reason,
                "--yes",
                "--wait",
                "2m",
                "-o",
                "json");
    }

    private static void approve() {
        String request = await().atMost(PATIENCE)
                .until(
                        () -> JSON.readTree(stack.sally(
                                                "requests", "--as", "approver", "--status", "requested", "-o", "json")
                                        .output())
                                .path(0)
                                .path("id")
                                .asText(),
                        id -> !id.isEmpty());
        Ended approved = stack.sally("approve", "--as", "approver", request);
        assertThat(approved.exitCode()).as(approved.output()).isZero();
    }

    private static JsonNode ready(Path printed) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            for (String line : Files.readAllLines(printed)) {
                                if (line.startsWith("{")) {
                                    return JSON.readTree(line);
                                }
                            }
                            return JSON.nullNode();
                        },
                        line -> line.path("state").asText().equals("ready"));
    }

    /** The URL is libpq's; this is the same for JDBC. */
    private static Connection connect(JsonNode ready) throws SQLException {
        assertThat(ready.path("url").asText()).endsWith("/shop?sslmode=disable");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + ready.path("port").asInt() + "/"
                        + ready.path("database").asText() + "?sslmode=disable",
                ready.path("user").asText(),
                "password");
    }

    private static String selected(JsonNode ready) throws SQLException {
        try (Connection client = connect(ready);
                Statement statement = client.createStatement();
                ResultSet row = statement.executeQuery("SELECT 'through the tunnel'")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void awaitRecord(JsonNode ready) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode sessions = JSON.readTree(stack.sally("audit", "sessions", "--as", "auditor", "-o", "json")
                    .output());
            JsonNode first = sessions.isArray()
                    ? sessions.path(0)
                    : sessions.path("items").path(0);
            assertThat(first.path("grant_id").asText())
                    .isEqualTo(ready.path("grant_id").asText());
            assertThat(stack.sally(
                                    "audit",
                                    "statements",
                                    "--as",
                                    "auditor",
                                    first.path("id").asText())
                            .output())
                    .contains("SELECT 'through the tunnel'");
        });
    }
}
