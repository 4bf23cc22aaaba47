package dev.sallyport.cli.rds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.access.Entitlement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPortsTest {

    private static final String ARN = "arn:aws:rds:eu-west-1:111111111111:db:orders/";

    @TempDir
    private Path folder;

    @Test
    void aDatabaseAndRoleHaveTheSamePortEachTimeAlsoOnAnotherMachine() {
        int port = new LocalPorts(folder).of(entitlement("shop", "ro", "postgres"));

        assertThat(new LocalPorts(folder).of(entitlement("shop", "ro", "postgres")))
                .isEqualTo(port);
        assertThat(new LocalPorts(folder.resolve("elsewhere")).of(entitlement("shop", "ro", "postgres")))
                .isEqualTo(port);
        assertThat(port).isBetween(15_432, 16_431);
        assertThat(new LocalPorts(folder).of(entitlement("shop", "ro", "mysql")))
                .isEqualTo(port);
    }

    @Test
    void noTwoHaveTheSame() {
        LocalPorts ports = new LocalPorts(folder);
        Set<Integer> seen = new HashSet<>();
        for (int number = 0; number < 300; number++) {
            assertThat(seen.add(ports.of(entitlement("db" + number, "ro", "mysql"))))
                    .isTrue();
        }
        assertThat(seen).allMatch(port -> port >= 13_306 && port < 14_306);
    }

    @Test
    void whatTheDatabaseSaysCounts() {
        Entitlement said =
                new Entitlement(ARN + "shop", "shop", "ro", "ro", "", "postgres", terms(), OptionalInt.of(5432));

        assertThat(new LocalPorts(folder).of(said)).isEqualTo(5432);
    }

    @Test
    void damagedNotesAreBegunAnew() throws IOException {
        int port = new LocalPorts(folder).of(entitlement("shop", "ro", "postgres"));
        Files.writeString(folder.resolve("ports.json"), "[");

        assertThat(new LocalPorts(folder).of(entitlement("shop", "ro", "postgres")))
                .isEqualTo(port);
    }

    @Test
    void whoHoldsAPortIsNamed() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortHolder.of(socket.getLocalPort()))
                    .contains("java (pid " + ProcessHandle.current().pid() + ")");
        }
        assertThat(PortHolder.of(1)).isEmpty();
    }

    @Test
    void clientsAreShownTheirUrlAndCommandWhateverThingsAreCalled() {
        ClientLines postgres = new ClientLines("postgres", 5432, "read_only", "postgres");
        assertThat(postgres.url()).isEqualTo("postgresql://read_only:password@127.0.0.1:5432/postgres?sslmode=disable");
        assertThat(postgres.command()).isEqualTo("psql \"" + postgres.url() + "\"");

        ClientLines odd = new ClientLines("postgres", 1, "a b", "x\"; rm -rf $HOME; `id`@/");
        assertThat(odd.command())
                .isEqualTo(
                        "psql \"postgresql://a%20b:password@127.0.0.1:1/x%22%3B%20rm%20-rf%20%24HOME%3B%20%60id%60%40%2F"
                                + "?sslmode=disable\"");

        ClientLines mysql = new ClientLines("mysql", 3306, "it's", "shop");
        assertThat(mysql.url()).isEqualTo("mysql://it%27s:password@127.0.0.1:3306/shop");
        assertThat(mysql.command())
                .isEqualTo("mysql --host=127.0.0.1 --port=3306 --user='it'\\''s' --password=password shop");
    }

    private static Entitlement entitlement(String database, String role, String engine) {
        return new Entitlement(ARN + database, database, role, role, "", engine, terms(), OptionalInt.empty());
    }

    private static Entitlement.Terms terms() {
        return new Entitlement.Terms("", false, false, false, Optional.empty());
    }
}
