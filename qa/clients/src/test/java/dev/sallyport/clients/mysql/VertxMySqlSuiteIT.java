package dev.sallyport.clients.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.clients.Program;
import dev.sallyport.clients.suite.Differences;
import dev.sallyport.clients.suite.Ending;
import dev.sallyport.clients.suite.SuiteReport;
import dev.sallyport.clients.suite.VertxSuite;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.sandbox.mysql.Distribution;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests of Vert.x' client for MySQL, as its authors publish them with every version. */
class VertxMySqlSuiteIT {

    private static final String CLIENT = "vertx-mysql-client";

    /** They need a server with TLS of its own making, a socket file, or ProxySQL. */
    private static final String WITHOUT =
            "--exclude-classname=.*(MySQLTLSTest|MySQLUnixDomainSocketTest|ProxySQL.*Test)";

    /**
     * It counts the server's sessions of the user whose name it logs in with: through the proxy that name is the grant's id and the
     * user another, and directly it counts those that end by and by, too many on a busy machine.
     */
    private static final String COUNT = "--exclude-methodname=.*MySQLPoolTest#testNoConnectionLeaks";

    @TempDir
    static Path folder;

    @Test
    void endsTheSameThroughTheProxy() throws Exception {
        assumeTrue(Distribution.MYSQL.available(), "libaio is missing: apt-get install libaio1");
        assumeTrue(Program.starts("mariadb", "--version"), "mariadb is not installed: apt-get install mariadb-client");
        VertxSuite suite = new VertxSuite(CLIENT, "mysql", WITHOUT, COUNT);
        try (MySqlLab lab = MySqlLab.forSuites(folder, Distribution.MYSQL)) {
            Endpoint direct = lab.direct("testschema", "mysql");
            prepare(lab, direct);

            SuiteReport directly = suite.run(direct);
            SuiteReport throughTheProxy = suite.run(lab.proxied(direct));

            assertThat(directly.count(Ending.PASSED)).isGreaterThan(300);
            Differences.read(Path.of("src/test/resources/mysql/vertx-differences.txt"))
                    .check(directly, throughTheProxy);
        }
    }

    /** What its tests' container sets, and the script that it runs, by a program that knows its DELIMITER. */
    private static void prepare(MySqlLab lab, Endpoint direct) {
        lab.server()
                .execute("", "SET GLOBAL max_prepared_stmt_count = 1024", "SET GLOBAL max_allowed_packet = 33554432");
        Endpoint admin = Endpoint.direct(
                lab.server().port(),
                direct.database(),
                lab.server().adminUser(),
                lab.server().adminPassword(),
                direct.authority());
        String printed = Program.of(
                        "vertx-mysql-tables",
                        "sh",
                        "-c",
                        "mariadb --host=127.0.0.1 --port=$PORT --user=$USER_NAME --protocol=tcp $DATABASE < "
                                + VertxSuite.file(CLIENT, "init.sql"))
                .run(
                        admin,
                        Map.of(
                                "PORT", Integer.toString(admin.port()),
                                "USER_NAME", admin.user(),
                                "MYSQL_PWD", admin.password().reveal(),
                                "DATABASE", admin.database()));
        assertThat(printed).endsWith("exit 0");
    }
}
