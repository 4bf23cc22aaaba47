package dev.sallyport.clients.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.clients.suite.Differences;
import dev.sallyport.clients.suite.Ending;
import dev.sallyport.clients.suite.SuiteReport;
import dev.sallyport.clients.suite.VertxSuite;
import dev.sallyport.rig.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests of Vert.x' client for PostgreSQL, as its authors publish them with every version. */
class VertxPgSuiteIT {

    private static final String CLIENT = "vertx-pg-client";

    /** They need servers in containers, a socket file, or that a library is not there. */
    private static final String WITHOUT =
            "--exclude-classname=.*(TLSTest|UnixDomainSocketTest|PgBouncerTest|PoolMultiTest|PgDatabaseMetadataTest|MissingScramTest)";

    /**
     * They end one way or the other on both ways: an assertion against the end of its own connection, a kill against the end of
     * the test, ten logins against a timer of 50 ms.
     */
    private static final String RACES = "--exclude-methodname=.*#(testInferDataType(?!Lazy|Failure)\\w+42P18"
            + "|testInflightCommandsFailWhenConnectionClosed|testUseAvailableResources)";

    @TempDir
    static Path folder;

    @Test
    void endsTheSameThroughTheProxy() throws Exception {
        VertxSuite suite = new VertxSuite(CLIENT, "postgresql", WITHOUT, RACES);
        try (PostgresLab lab = PostgresLab.forSuites(folder)) {
            Endpoint one = lab.superuser(lab.direct("one", "vertx"));
            lab.server().execute("one", Files.readString(VertxSuite.file(CLIENT, "create-postgres.sql")));
            // They leave it behind otherwise.
            lab.server().execute("postgres", "CREATE DATABASE other TEMPLATE one");
            Endpoint other = Endpoint.direct(one.port(), "other", one.user(), one.password(), one.authority());

            SuiteReport directly = suite.run(one);
            SuiteReport throughTheProxy = suite.run(lab.proxied(other));

            assertThat(directly.count(Ending.PASSED)).isGreaterThan(700);
            Differences.read(Path.of("src/test/resources/postgres/vertx-differences.txt"))
                    .check(directly, throughTheProxy);
        }
    }
}
