package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.SqlServerConnection;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.sqlserver.SqlServerStandIn;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.apache.shardingsphere.sql.parser.autogen.SQLServerStatementLexer;
import org.apache.shardingsphere.sql.parser.autogen.SQLServerStatementParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that we send to SQL Server, over odd names, read by a grammar that is not ours: that of Apache ShardingSphere.
 * What it cannot read is listed, by form; see docs/adr/0007.
 */
class SqlServerGrammarTest {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:shop");
    private static final Login SA = new Login("sa", Secret.of("Sa-password1"));
    private static final List<String> ODD_NAMES =
            List.of("x]; DROP LOGIN sa; --", "it's", "日本語", "a.b", "with \"quotes\"", "]", "[", "select");

    /** Forms that the grammar does not know. */
    private static final List<Pattern> NOT_IN_THE_GRAMMAR = List.of(
            Pattern.compile("ALTER SERVER ROLE \\[[^]]+] DROP MEMBER \\[[^]]+]"),
            Pattern.compile("ALTER AUTHORIZATION ON (SCHEMA|ROLE|DATABASE)::\\[[^]]+] TO \\[[^]]+]"),
            Pattern.compile("ALTER AUTHORIZATION ON OBJECT::\\[[^]]+]\\.\\[[^]]+] TO \\[[^]]+]"),
            Pattern.compile("REVOKE [A-Z]+ ON OBJECT::\\[[^]]+]\\.\\[[^]]+] \\(\\[[^]]+]\\) FROM \\[[^]]+]( CASCADE)?"),
            Pattern.compile("KILL [0-9]+"),
            Pattern.compile("SET LOCK_TIMEOUT [0-9]+"));

    /** Where one of these is missing, the test has stopped to see it. */
    private static final List<String> SEEN_FORMS = List.of(
            "CREATE LOGIN",
            "ALTER LOGIN",
            "DROP LOGIN",
            "CREATE USER",
            "ALTER USER",
            "DROP USER",
            "ALTER ROLE",
            "ALTER SERVER ROLE",
            "ALTER AUTHORIZATION ON DATABASE",
            "ALTER AUTHORIZATION ON SCHEMA",
            "ALTER AUTHORIZATION ON ROLE",
            "ALTER AUTHORIZATION ON OBJECT",
            "REVOKE",
            "GRANT CONNECT TO",
            "KILL",
            "SELECT",
            "SET LOCK_TIMEOUT");

    private static final Pattern TEXT_OR_NAME = Pattern.compile("'(?:[^']|'')*'|\\[(?:[^]]|]])*]");
    private static final Pattern CAUGHT =
            Pattern.compile("BEGIN TRY\n(.*);\nEND TRY\nBEGIN CATCH\n(.*);\nEND CATCH", Pattern.DOTALL);

    private static Vertx vertx;
    private static SqlServerStandIn server;
    private static Targets targets;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        server = SqlServerStandIn.plain(0, "Sa-password1");
        targets = new Targets(Optional.empty(), vertx);
    }

    @AfterAll
    static void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void readsEveryStatementThatWeSend() throws SQLException {
        Set<String> ours = new LinkedHashSet<>(everythingWeSend());
        Set<String> statements = new LinkedHashSet<>();
        for (String batch : ours) {
            var caught = CAUGHT.matcher(batch);
            if (caught.matches()) {
                statements.add(caught.group(1).strip());
                statements.add(caught.group(2).strip());
            } else {
                statements.add(batch);
            }
        }
        for (String form : SEEN_FORMS) {
            assertThat(statements).as(form).anyMatch(sql -> sql.startsWith(form));
        }
        for (String sql : statements) {
            String plain = plainNames(sql);
            if (NOT_IN_THE_GRAMMAR.stream()
                    .noneMatch(form -> form.matcher(plain).matches())) {
                assertThat(errors(plain)).as(sql).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER LOGIN [a] WITH PASSWORD = N'x', CHECK_POLICY = ",
                "CREATE USER [a] FOR [a]",
                "ALTER ROLE [a] ADD [b]",
                "REVOKE SELECT ON SCHEMA::[a] [b]",
                "DROP LOGIN [a]; DROP LOGIN",
                "SELECT name FROM WHERE name = N'x'"
            })
    void noticesWhatIsNoTSql(String sql) {
        assertThat(errors(sql)).isNotEmpty();
    }

    /** By hand in the stand-in what a person may have done, then a plan, a run, a second run and a removal. */
    private static List<String> everythingWeSend() throws SQLException {
        prepare();
        int before = server.batches().size();
        List<String> sent = new ArrayList<>();
        Endpoint endpoint = new Endpoint(Engine.SQLSERVER, "localhost", server.port(), "master");
        Roles roles = new Roles(targets, new MemorySecrets(), InstantSource.system(), "it's ho]op", 3);
        roles.plan(SecretFolder.of(ARN), endpoint, SA).statements().forEach(each -> sent.add(each.sql()));
        roles.make(SecretFolder.of(ARN), endpoint, SA);
        int ours = server.batches().size();
        List<String> all = new ArrayList<>(server.batches().subList(before, ours));
        drift();
        int drifted = server.batches().size();
        roles.make(SecretFolder.of(ARN), endpoint, SA);
        own();
        int owned = server.batches().size();
        roles.planDrop(SecretFolder.of(ARN), endpoint, SA).statements().forEach(each -> sent.add(each.sql()));
        try (SqlServerConnection open = targets.connectSqlServer(endpoint, SA, "master")) {
            assertThat(open.rows("SELECT name FROM sys.sql_logins WHERE name = N'it''s ho]op_ro'"))
                    .hasSize(1);
            try (SqlServerConnection hers = targets.connectSqlServer(
                    endpoint, new Login("it's ho]op_ro", Secret.of("Long-enough1")), "master")) {
                assertThat(hers.rows("SELECT SUSER_SNAME() AS me")).containsExactly(List.of("it's ho]op_ro"));
                roles.drop(SecretFolder.of(ARN), endpoint, SA);
            }
        }
        List<String> heard = server.batches();
        all.addAll(heard.subList(drifted, owned));
        all.addAll(heard.subList(owned, heard.size()));
        sent.addAll(all.stream().filter(sql -> !sql.startsWith("USE ")).toList());
        return sent;
    }

    private static void prepare() throws SQLException {
        for (String name : ODD_NAMES) {
            execute("CREATE DATABASE " + Quoted.sqlServerName(name));
        }
        execute("USE [it's]; CREATE USER [it's ho]]op_ro] WITHOUT LOGIN");
        execute("CREATE LOGIN [it's ho]]op_rw] WITH PASSWORD = N'Long-enough1'");
        execute("USE [a.b]; CREATE USER [it's ho]]op_rw] FOR LOGIN [it's ho]]op_rw]");
        execute("DROP LOGIN [it's ho]]op_rw]");
    }

    private static void drift() throws SQLException {
        execute("ALTER LOGIN [it's ho]]op_ro] DISABLE");
        execute("ALTER LOGIN [it's ho]]op_rw] WITH CHECK_EXPIRATION = ON");
        execute("ALTER SERVER ROLE [processadmin] ADD MEMBER [it's ho]]op_ro]");
        execute("GRANT VIEW SERVER STATE TO [it's ho]]op_ro] WITH GRANT OPTION");
        execute("GRANT IMPERSONATE ON LOGIN::[sa] TO [it's ho]]op_ro]");
        execute("DENY CONNECT SQL TO [it's ho]]op_ddl]");
        execute("USE [a.b]; CREATE SCHEMA [s]]s]; CREATE TABLE [s]]s].[o]]o] ([c]]c] INT); CREATE ROLE [r]]r]");
        execute("USE [a.b]; ALTER ROLE [r]]r] ADD MEMBER [it's ho]]op_ro]; DENY CONNECT TO [it's ho]]op_ro];"
                + " GRANT SELECT ON OBJECT::[s]]s].[o]]o] TO [it's ho]]op_ro];"
                + " GRANT UPDATE ON OBJECT::[s]]s].[o]]o] ([c]]c]) TO [it's ho]]op_ro] WITH GRANT OPTION;"
                + " GRANT INSERT ON SCHEMA::[s]]s] TO [it's ho]]op_ro] WITH GRANT OPTION;"
                + " GRANT ALTER ON ROLE::[r]]r] TO [it's ho]]op_ro];"
                + " GRANT IMPERSONATE ON USER::[it's ho]]op_rw] TO [it's ho]]op_ro];"
                + " GRANT CREATE TABLE TO [it's ho]]op_ro]");
    }

    private static void own() throws SQLException {
        execute("USE [a.b]; ALTER AUTHORIZATION ON SCHEMA::[s]]s] TO [it's ho]]op_ro];"
                + " ALTER AUTHORIZATION ON ROLE::[r]]r] TO [it's ho]]op_ro];"
                + " ALTER AUTHORIZATION ON OBJECT::[s]]s].[o]]o] TO [it's ho]]op_ro]");
        execute("USE [select]; DROP USER [it's ho]]op_ro]");
        execute("ALTER AUTHORIZATION ON DATABASE::[select] TO [it's ho]]op_ro]");
        execute("ALTER LOGIN [it's ho]]op_ro] WITH PASSWORD = N'Long-enough1'");
    }

    private static void execute(String sql) throws SQLException {
        Endpoint endpoint = new Endpoint(Engine.SQLSERVER, "localhost", server.port(), "master");
        try (SqlServerConnection connection = targets.connectSqlServer(endpoint, SA, "master")) {
            connection.execute(sql);
        }
    }

    /** The grammar takes no doubled bracket in a name: such a name becomes a plain one. */
    private static String plainNames(String sql) {
        return TEXT_OR_NAME
                .matcher(sql)
                .replaceAll(found -> found.group().contains("]]")
                        ? "[plain]"
                        : found.group().replace("\\", "\\\\").replace("$", "\\$"));
    }

    private static List<String> errors(String sql) {
        List<String> errors = new ArrayList<>();
        BaseErrorListener listener = new BaseErrorListener() {
            @Override
            public void syntaxError(
                    Recognizer<?, ?> recognizer,
                    Object token,
                    int line,
                    int column,
                    String message,
                    RecognitionException e) {
                errors.add(line + ":" + column + " " + message);
            }
        };
        SQLServerStatementLexer lexer = new SQLServerStatementLexer(CharStreams.fromString(sql));
        lexer.removeErrorListeners();
        lexer.addErrorListener(listener);
        SQLServerStatementParser parser = new SQLServerStatementParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(listener);
        parser.execute();
        return errors;
    }
}
