package dev.sallyport.clients.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.clients.suite.Differences;
import dev.sallyport.clients.suite.Ending;
import dev.sallyport.clients.suite.Suite;
import dev.sallyport.clients.suite.SuiteReport;
import dev.sallyport.rig.Endpoint;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests of pgjdbc, as its authors publish them with every version. */
class PgjdbcSuiteIT {

    private static final Path SUITE = Suite.FOLDER.resolve("pgjdbc");

    @TempDir
    static Path folder;

    @Test
    void endsTheSameThroughTheProxy() throws Exception {
        Suite suite = suite();
        try (PostgresLab lab = PostgresLab.forSuites(folder)) {
            Endpoint direct = lab.direct("test", "test");
            lab.server().execute("test", "CREATE EXTENSION hstore", "CREATE EXTENSION citext");
            Endpoint superuser = lab.superuser(direct);

            SuiteReport directly = run(suite, direct, superuser);
            SuiteReport throughTheProxy = run(suite, lab.proxied(direct), lab.proxied(superuser));

            assertThat(directly.count(Ending.PASSED)).isGreaterThan(6_000);
            Differences.read(Path.of("src/test/resources/postgres/pgjdbc-differences.txt"))
                    .check(directly, throughTheProxy);
        }
    }

    private static SuiteReport run(Suite suite, Endpoint user, Endpoint superuser) throws IOException {
        Path settings = Files.createDirectories(SUITE.resolve(user.way()));
        Path source = source();
        for (String file : List.of("build.properties", "ssltest.properties")) {
            Files.writeString(settings.resolve(file), Files.readString(source.resolve(file)));
        }
        String certificates = "certdir=" + source.resolve("certdir") + "\n";
        Files.writeString(settings.resolve("ssltest.local.properties"), certificates);
        Properties local = new Properties();
        local.setProperty("certdir", source.resolve("certdir").toString());
        local.setProperty("test.url.PGHOST", user.host());
        local.setProperty("test.url.PGPORT", Integer.toString(user.port()));
        local.setProperty("test.url.PGDBNAME", user.database());
        local.setProperty("user", user.user());
        local.setProperty("password", user.password().reveal());
        local.setProperty("privilegedUser", superuser.user());
        local.setProperty("privilegedPassword", superuser.password().reveal());
        try (Writer writer = Files.newBufferedWriter(settings.resolve("build.local.properties"))) {
            local.store(writer, null);
        }
        return suite.run(user, List.of("-Dbuild.properties.relative.path=" + settings), Map.of());
    }

    /** Without the tests that are slow, one of them not called so, and one that waits for the garbage collector. */
    private static Suite suite() throws IOException {
        List<Path> jars = Suite.jars("pgjdbc/lib");
        Path classes = SUITE.resolve("classes");
        Path tests = source().resolve("src/test");
        Suite.compile(tests.resolve("java"), classes, jars);
        List<Path> classPath = new ArrayList<>(List.of(classes, tests.resolve("resources")));
        classPath.addAll(jars);
        return new Suite(
                "pgjdbc",
                classPath,
                List.of(
                        "--scan-class-path=" + classes,
                        "--exclude-tag=slow",
                        "--exclude-classname=.*(QuotationTest|AsciiStringInternerTest)"),
                Duration.ofMinutes(30));
    }

    private static Path source() throws IOException {
        try (Stream<Path> unpacked = Files.list(SUITE)) {
            return unpacked.filter(each -> each.getFileName().toString().endsWith("-jdbc-src"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
