package dev.sallyport.clients.mysql;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.clients.NodeModules;
import dev.sallyport.clients.Program;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that print what they see: the same on both ways, and recorded as the server logged it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MySqlPrograms {

    private static final String PYTHON = "/usr/bin/python3";
    private static final String MARIADB =
            "--host=$HOST --port=$PORT --user=$USER_NAME --protocol=tcp --ssl-ca=$AUTHORITY --ssl-verify-server-cert ";

    @TempDir
    static Path folder;

    private final Distribution distribution;
    private MySqlLab lab;

    MySqlPrograms(Distribution distribution) {
        this.distribution = distribution;
    }

    @BeforeAll
    void start() {
        assumeTrue(distribution.available(), "libaio is missing: apt-get install libaio1");
        lab = new MySqlLab(folder.resolve(distribution.name()), distribution);
    }

    @AfterAll
    void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void theCommandLineClient() throws Exception {
        assumeTrue(Program.starts("mariadb", "--version"), "mariadb is not installed: apt-get install mariadb-client");
        same(
                "mariadb",
                "sh",
                "-c",
                "mariadb " + MARIADB + "--local-infile=1 --table --force $DATABASE < " + script("story.sql")
                        + "; echo status $?");
    }

    @Test
    void theDump() throws Exception {
        assumeTrue(
                Program.starts("mariadb-dump", "--version"),
                "mariadb-dump is not installed: apt-get install mariadb-client");
        same(
                "mariadb-dump",
                "sh",
                "-c",
                "mariadb " + MARIADB + "--force $DATABASE < " + script("story.sql") + " > /dev/null 2>&1; mariadb-dump "
                        + MARIADB
                        + "--skip-dump-date --hex-blob --no-tablespaces --routines --triggers --events $DATABASE");
    }

    @Test
    void pyMySql() throws Exception {
        assumeTrue(
                Program.starts(PYTHON, "-c", "import pymysql"),
                "PyMySQL is not installed: apt-get install python3-pymysql");
        same("pymysql", PYTHON, script("pymysql_story.py"));
    }

    /** The statements are prepared by the protocol; a failed or repeated transaction would be told. */
    @Test
    void sysbench() throws Exception {
        assumeTrue(Program.starts("sysbench", "--version"), "sysbench is not installed: apt-get install sysbench");
        ServerCertificate own = lab.authority().issue("sysbench", "localhost");
        Path here = Files.createDirectories(folder.resolve("sysbench"));
        // The names that it has built in; it does not do without a certificate of its own.
        Files.copy(lab.authority().certificateFile(), here.resolve("cacert.pem"), REPLACE_EXISTING);
        Files.copy(own.certificate(), here.resolve("client-cert.pem"), REPLACE_EXISTING);
        Files.copy(own.key(), here.resolve("client-key.pem"), REPLACE_EXISTING);
        String options = "sysbench oltp_read_write --db-driver=mysql --mysql-ssl=on --mysql-host=127.0.0.1"
                + " --mysql-port=$PORT --mysql-user=$USER_NAME --mysql-password=$MYSQL_PWD --mysql-db=$DATABASE"
                + " --tables=2 --table-size=500 --rand-seed=1 --threads=1 --events=200 --time=0 ";
        String counts =
                " | grep -E 'read:|write:|other:|total:|transactions:|ignored|reconnects|FATAL' | sed 's/(.*//'";
        same(
                "sysbench",
                "sh",
                "-c",
                "cd " + here + " && " + options + "prepare && " + options + "run" + counts + " && " + options
                        + "cleanup");
    }

    /** It proves passwords by mysql_native_password only, so that is what its user has in the database. */
    @Test
    void nodeMySql() throws Exception {
        same(
                Program.of(label("node-mysql"), "node", script("node-mysql.js"))
                        .with(NodeModules.environment("mysql@2.18.1")),
                lab::nativePassword);
    }

    @Test
    void nodeMySql2() throws Exception {
        same(Program.of(label("node-mysql2"), "node", script("node-mysql2.js"))
                .with(NodeModules.environment("mysql2@3.24.6")));
    }

    /** Statements prepared by the driver, and by the server: cursors then are the server's as well. */
    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void connectorJ(String prepare) throws Exception {
        story(
                "cj-" + prepare,
                "jdbc:mysql",
                "sslMode=REQUIRED",
                "useServerPrepStmts=" + prepare,
                "useCursorFetch=" + prepare,
                "rewriteBatchedStatements=" + prepare);
    }

    /** The same of MariaDB's driver, which sends a prepared batch as one pipeline. */
    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void mariaDbConnectorJ(String prepare) throws Exception {
        story(
                "mariadb-cj-" + prepare,
                "jdbc:mariadb",
                "sslMode=verify-full",
                "serverSslCert=$AUTHORITY",
                "useServerPrepStmts=" + prepare,
                "defaultFetchSize=" + (prepare.equals("true") ? 11 : 0));
    }

    private void story(String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JdbcStory.class.getName()));
        command.addAll(List.of(arguments));
        same(name, command.toArray(String[]::new));
    }

    private String label(String name) {
        return name + "-" + distribution.name().toLowerCase(Locale.ROOT);
    }

    private void same(String name, String... command) throws Exception {
        same(Program.of(label(name), command));
    }

    private void same(Program program) throws Exception {
        same(program, direct -> {});
    }

    private void same(Program program, Consumer<Endpoint> prepared) throws Exception {
        Endpoint direct = lab.direct(program.name().replace('-', '_'));
        prepared.accept(direct);
        String expected = program.run(direct, environment(direct));
        assertThat(expected).endsWith("exit 0");
        Endpoint proxied = lab.proxied(direct);
        lab.clearLog();
        String printed = program.run(proxied, environment(proxied));
        List<String> recorded = lab.recorded(proxied);
        program.sameStatements(recorded, lab.logged(direct.user()));
        // The server's errors name its own user, on both ways.
        assertThat(printed.replace(direct.user(), "<user>")).isEqualTo(expected);
    }

    private static Map<String, String> environment(Endpoint endpoint) {
        return Map.of(
                "HOST", endpoint.host(),
                "PORT", Integer.toString(endpoint.port()),
                "USER_NAME", endpoint.user(),
                "MYSQL_PWD", endpoint.password().reveal(),
                "DATABASE", endpoint.database(),
                "AUTHORITY", endpoint.authority().toString(),
                "LC_ALL", "C.UTF-8");
    }

    private static String script(String name) {
        return Path.of("src/test/resources/mysql", name).toAbsolutePath().toString();
    }
}
