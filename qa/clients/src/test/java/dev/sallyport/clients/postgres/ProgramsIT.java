package dev.sallyport.clients.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.clients.NodeModules;
import dev.sallyport.clients.Program;
import dev.sallyport.rig.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that print what they see: the same on both ways, and recorded as the database logged it. */
class ProgramsIT {

    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    static Path folder;

    static PostgresLab lab;

    @BeforeAll
    static void start() {
        lab = new PostgresLab(folder);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void psql() {
        assumeTrue(Program.starts("psql", "--version"), "psql is not installed: apt-get install postgresql-client");
        same(Program.of("psql", "psql", "-X", "-q", "-f", script("story.sql")));
    }

    /** libpq 18 in the place of psql's own. */
    @ParameterizedTest
    @ValueSource(strings = {"3.0", "3.2"})
    void psqlOverLibpq18(String protocol) throws Exception {
        assumeTrue(Program.starts("psql", "--version"), "psql is not installed: apt-get install postgresql-client");
        same(Program.of("psql-libpq18-" + protocol, "psql", "-X", "-q", "-f", script("story.sql"))
                .with(Map.of(
                        "LD_LIBRARY_PATH",
                        libpq18(),
                        "PGMINPROTOCOLVERSION",
                        protocol,
                        "PGMAXPROTOCOLVERSION",
                        protocol,
                        "PGSSLNEGOTIATION",
                        "direct")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbench(String mode) {
        assumeTrue(
                Program.starts("pgbench", "--version"), "pgbench is not installed: apt-get install postgresql-contrib");
        String run = "pgbench -i -q -s 1 2>/dev/null && pgbench -n -M " + mode
                + " -c 4 -t 100 | grep -E 'mode|processed|failed' && pgbench -n -S -M " + mode
                + " -c 4 -t 200 | grep -E 'processed|failed'";
        Program program = Program.of("pgbench-" + mode, "sh", "-c", run);
        Endpoint direct = lab.direct(database(program), database(program));
        assertThat(program.run(direct, environment(direct))).contains("400/400", "800/800");
        assertRecorded(program, direct, "400/400");
    }

    /** {@code \watch} and Ctrl-C, in a pseudo-terminal. */
    @Test
    void psqlInATerminal() {
        assumeTrue(Program.starts("psql", "--version"), "psql is not installed: apt-get install postgresql-client");
        assumeTrue(Program.starts(PYTHON, "-c", "import pty"), "Python is not installed: apt-get install python3");
        same(Program.of("psql-terminal", PYTHON, script("terminal.py")));
    }

    /** The statements are prepared by the protocol; a failed or repeated transaction would be told. */
    @Test
    void sysbench() {
        assumeTrue(Program.starts("sysbench", "--version"), "sysbench is not installed: apt-get install sysbench");
        String options = "sysbench oltp_read_write --db-driver=pgsql --pgsql-host=$PGHOST --pgsql-port=$PGPORT"
                + " --pgsql-user=$PGUSER --pgsql-db=$PGDATABASE"
                + " --tables=2 --table-size=500 --rand-seed=1 --threads=1 --events=200 --time=0 ";
        String counts =
                " | grep -E 'read:|write:|other:|total:|transactions:|ignored|reconnects|FATAL' | sed 's/(.*//'";
        same(Program.of(
                "sysbench",
                "sh",
                "-c",
                options + "prepare && " + options + "run" + counts + " && " + options + "cleanup"));
    }

    @Test
    void psycopg2() {
        assumeTrue(
                Program.starts(PYTHON, "-c", "import psycopg2"),
                "psycopg2 is not installed: apt-get install python3-psycopg2");
        same(Program.of("psycopg2", PYTHON, script("psycopg2_story.py")));
    }

    @Test
    void asyncpg() {
        assumeTrue(
                Program.starts(PYTHON, "-c", "import asyncpg"),
                "asyncpg is not installed: apt-get install python3-asyncpg");
        same(Program.of("asyncpg", PYTHON, script("asyncpg_story.py")));
    }

    @Test
    void nodePg() {
        same(Program.of("node-pg", "node", script("node-pg.js")).with(NodeModules.environment("pg@8.23.1")));
    }

    @Test
    void postgresJs() {
        same(Program.of("postgres-js", "node", script("postgres-js.mjs"))
                .with(NodeModules.environment("postgres@3.4.9")));
    }

    private static void same(Program program) {
        Endpoint direct = lab.direct(database(program), database(program));
        String expected = program.run(direct, environment(direct));
        assertThat(expected).endsWith("exit 0");
        assertThat(assertRecorded(program, direct, "")).isEqualTo(expected);
    }

    /** Runs it through the proxy, compares the records, and returns what it printed. */
    private static String assertRecorded(Program program, Endpoint direct, String part) {
        Endpoint proxied = lab.proxied(direct);
        long mark = lab.log().mark();
        String printed = program.run(proxied, environment(proxied));
        assertThat(printed).contains(part);
        program.sameStatements(
                lab.proxy().trail(proxied.grantId()).sql(), lab.log().statements(mark, direct.user()));
        return printed;
    }

    private static String database(Program program) {
        return "of_" + program.name().replaceAll("[^a-z0-9]", "_");
    }

    private static Map<String, String> environment(Endpoint endpoint) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PGHOST", endpoint.host());
        environment.put("PGPORT", Integer.toString(endpoint.port()));
        environment.put("PGDATABASE", endpoint.database());
        environment.put("PGUSER", endpoint.user());
        environment.put("PGPASSWORD", endpoint.password().reveal());
        environment.put("PGSSLMODE", "verify-full");
        environment.put("PGSSLROOTCERT", endpoint.authority().toString());
        environment.put("PGTZ", "UTC");
        environment.put("LC_ALL", "C.UTF-8");
        return environment;
    }

    private static String script(String name) {
        return Path.of("src/test/resources/postgres", name).toAbsolutePath().toString();
    }

    private static String libpq18() throws Exception {
        try (var tree = Files.find(
                Path.of(System.getProperty("user.home"), ".cache"),
                6,
                (path, _) -> path.endsWith(Path.of("postgres-18.6.0", "lib")))) {
            return tree.findFirst().orElseThrow().toString();
        }
    }
}
