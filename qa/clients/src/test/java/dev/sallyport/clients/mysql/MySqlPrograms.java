package dev.sallyport.clients.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.clients.Program;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.sandbox.mysql.Distribution;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

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
                "mariadb " + MARIADB + "--table --force $DATABASE < " + script("story.sql") + "; echo status $?");
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

    private void same(String name, String... command) throws Exception {
        String label = name + "-" + distribution.name().toLowerCase(Locale.ROOT);
        Program program = Program.of(label, command);
        Endpoint direct = lab.direct(label.replace('-', '_'));
        String expected = program.run(direct, environment(direct));
        assertThat(expected).endsWith("exit 0");
        Endpoint proxied = lab.proxied(direct);
        lab.clearLog();
        String printed = program.run(proxied, environment(proxied));
        List<String> recorded = lab.recorded(proxied);
        program.sameStatements(recorded, lab.logged(direct.user()));
        assertThat(printed).isEqualTo(expected);
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
