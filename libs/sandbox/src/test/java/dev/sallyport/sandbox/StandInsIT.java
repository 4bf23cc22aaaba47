package dev.sallyport.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.kernel.Engine;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.targets.MasterPassword;
import dev.sallyport.sandbox.targets.Shop;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandInsIT {

    @TempDir
    private Path folder;

    @Test
    void thePostgresTargetsMasterIsNoSuperuserAndLogsInOnceItsPasswordIsSet() throws SQLException {
        try (PostgresServer server = PostgresServer.in(folder).forTests().start()) {
            Shop.fill(server);
            Shop.fill(server);
            new MasterPassword(Engine.POSTGRES, "127.0.0.1", server.port(), "postgres", server.adminPassword())
                    .setMasterPassword(Shop.MASTER, "it's \\ odd");
            try (Connection master = DriverManager.getConnection(server.jdbcUrl("shop"), Shop.MASTER, "it's \\ odd");
                    ResultSet row = master.createStatement()
                            .executeQuery("SELECT rolsuper, rolcreaterole, (SELECT count(*) FROM orders)"
                                    + " FROM pg_roles WHERE rolname = current_user")) {
                row.next();
                assertThat(row.getBoolean(1)).isFalse();
                assertThat(row.getBoolean(2)).isTrue();
                assertThat(row.getInt(3)).isEqualTo(2000);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Distribution.class)
    void theMySqlTargetsMasterLogsInOnceItsPasswordIsSet(Distribution distribution) throws SQLException {
        org.junit.jupiter.api.Assumptions.assumeTrue(distribution.available(), "libaio is missing");
        try (MySqlFamilyServer server =
                MySqlFamilyServer.in(folder, distribution).forTests().start()) {
            Shop.fill(server);
            Shop.fill(server);
            new MasterPassword(distribution.engine(), "127.0.0.1", server.port(), "root", server.adminPassword())
                    .setMasterPassword(Shop.MASTER, "it's \\ odd");
            await().ignoreExceptions().untilAsserted(() -> {
                try (Connection master = DriverManager.getConnection(
                                "jdbc:mariadb://127.0.0.1:" + server.port() + "/shop?sslMode=trust",
                                Shop.MASTER,
                                "it's \\ odd");
                        ResultSet row = master.createStatement().executeQuery("SELECT count(*) FROM orders")) {
                    row.next();
                    assertThat(row.getInt(1)).isEqualTo(2000);
                }
            });
        }
    }
}
