package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.provisioner.roles.MySqlFixture.Version;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of what each role may do, on real servers: every privilege, on tables made before the roles and after them, in
 * schemas of every sort of name. What is not allowed is denied by the server.
 */
class MySqlPrivilegesIT {

    @Nested
    class OnMySql extends Cells {
        OnMySql() {
            super(Version.MYSQL);
        }
    }

    @Nested
    class OnMySqlNewer extends Cells {
        OnMySqlNewer() {
            super(Version.MYSQL_8_0_33);
        }
    }

    @Nested
    class OnMariaDb extends Cells {
        OnMariaDb() {
            super(Version.MARIADB);
        }
    }

    private static final List<String> TABLES = List.of(
            "shop.items",
            "shop.later",
            "shop.parts",
            "my_db.t",
            "`bäck\\slash 表`.`tä``ble %`",
            MySqlFixture.ODD + "." + MySqlFixture.ODD);

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Cells {

        private final Version version;
        private MySqlFixture mysql;

        Cells(Version version) {
            this.version = version;
        }

        @BeforeAll
        void start(@TempDir Path folder) {
            mysql = new MySqlFixture(folder, version);
            mysql.server.execute(
                    "",
                    "CREATE USER 'victim'@'%'",
                    "CREATE TABLE shop.parts (n int PRIMARY KEY) PARTITION BY HASH (n) PARTITIONS 2",
                    "CREATE SQL SECURITY INVOKER VIEW shop.seen AS SELECT n FROM shop.items");
            assertThat(mysql.make().complete()).isTrue();
        }

        @AfterAll
        void stop() {
            if (mysql != null) {
                mysql.close();
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
                privilege    | read only | read write | ddl | statement
                SELECT       | yes       | yes        | yes | SELECT * FROM %s
                INSERT       | no        | yes        | yes | INSERT INTO %s (n) VALUES (1)
                UPDATE       | no        | yes        | yes | UPDATE %s SET n = 2
                DELETE       | no        | yes        | yes | DELETE FROM %s
                ALTER        | no        | no         | yes | ALTER TABLE %s ADD COLUMN more int
                DROP         | no        | no         | yes | DROP TABLE %s
                DROP         | no        | no         | yes | TRUNCATE TABLE %s
                INDEX        | no        | no         | no  | CREATE INDEX i ON %s (n)
                TRIGGER      | no        | no         | no  | CREATE TRIGGER shop.t BEFORE INSERT ON %s FOR EACH ROW SET @a = 1
                LOCK TABLES  | no        | no         | no  | LOCK TABLES %s READ
                CREATE VIEW  | no        | no         | no  | CREATE VIEW shop.mine AS SELECT * FROM %s
                REFERENCES   | no        | no         | MariaDB asks for none | CREATE TABLE shop.child (n int, FOREIGN KEY (n) REFERENCES %s (n))
                GRANT OPTION | no        | no         | no  | GRANT SELECT ON %s TO 'victim'@'%'
                """)
        void onTables(String privilege, String ro, String rw, String ddl, String sql) throws SQLException {
            for (Map.Entry<String, Boolean> role : expected(ro, rw, ddl).entrySet()) {
                try (Connection connection = mysql.connect(role.getKey());
                        Connection root = mysql.server.connect("")) {
                    for (String table : TABLES) {
                        if (doesNotFit(sql, table)) {
                            continue;
                        }
                        prepare(root, table);
                        MySqlFixture.assertMay(connection, role.getKey(), sql.replace("%s", table), role.getValue());
                    }
                }
            }
        }

        /** A trigger lives beside its table, and nothing refers to a table in partitions. */
        private static boolean doesNotFit(String sql, String table) {
            return (sql.startsWith("CREATE TRIGGER") && !table.startsWith("shop."))
                    || (sql.contains("REFERENCES") && table.endsWith("parts"));
        }

        private static void prepare(Connection root, String table) throws SQLException {
            try (Statement statement = root.createStatement()) {
                statement.execute("SET foreign_key_checks = 0");
                statement.execute("DROP TABLE IF EXISTS shop.child, " + table);
                String partitions = table.endsWith("parts") ? " PARTITION BY HASH (n) PARTITIONS 2" : "";
                statement.execute("CREATE TABLE " + table + " (n int PRIMARY KEY)" + partitions);
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
                object  | read only | read write | ddl | statement
                view    | yes       | yes        | yes | SELECT * FROM shop.seen
                view    | no        | yes        | yes | DELETE FROM shop.seen
                view    | no        | no         | no  | CREATE OR REPLACE VIEW shop.seen AS SELECT 1
                schema  | no        | no         | yes | CREATE TABLE shop.mine (n int)
                schema  | no        | no         | yes | CREATE TABLE `bäck\\slash 表`.mine (n int)
                schema  | no        | no         | yes | CREATE TABLE %odd.mine (n int)
                schema  | no        | no         | no  | CREATE TEMPORARY TABLE shop.passing (n int)
                schema  | no        | no         | no  | CREATE DATABASE mine
                routine | no        | no         | no  | CALL shop.routine()
                routine | no        | no         | no  | CREATE PROCEDURE shop.mine() SELECT 1
                routine | no        | no         | no  | DROP PROCEDURE shop.routine
                event   | no        | no         | no  | CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO SELECT 1
                server  | no        | no         | no  | CREATE USER mine
                server  | no        | no         | no  | DROP USER 'victim'@'%'
                server  | no        | no         | no  | GRANT SELECT ON shop.* TO 'victim'@'%'
                server  | no        | no         | no  | SELECT * FROM mysql.user
                server  | no        | no         | no  | SET GLOBAL max_connections = 10
                server  | no        | no         | no  | FLUSH TABLES
                """)
        void onTheRest(String object, String ro, String rw, String ddl, String sql) throws SQLException {
            String statement = sql.replace("%odd", MySqlFixture.ODD);
            for (Map.Entry<String, Boolean> role : expected(ro, rw, ddl).entrySet()) {
                if (object.equals("schema")) {
                    mysql.server.execute(
                            "",
                            "DROP TABLE IF EXISTS shop.mine",
                            "DROP TABLE IF EXISTS `bäck\\slash 表`.mine",
                            "DROP TABLE IF EXISTS " + MySqlFixture.ODD + ".mine");
                }
                mysql.assertMay(role.getKey(), statement, role.getValue());
            }
        }

        private Map<String, Boolean> expected(String ro, String rw, String ddl) {
            Map<String, Boolean> expected = new LinkedHashMap<>();
            expected.put("hoop_ro", ro.equals("yes"));
            expected.put("hoop_rw", rw.equals("yes"));
            expected.put("hoop_ddl", ddl.equals("yes") || (ddl.startsWith("MariaDB") && version == Version.MARIADB));
            return expected;
        }

        @Test
        void grantsNothingOnASchemaWhoseNameOnlyLooksAlike() throws SQLException {
            mysql.server.execute("", "CREATE DATABASE myxdb", "CREATE TABLE myxdb.t (n int)");
            mysql.assertMay("hoop_ddl", "SELECT * FROM myxdb.t", false);
            mysql.server.execute("", "DROP DATABASE myxdb");
        }
    }
}
