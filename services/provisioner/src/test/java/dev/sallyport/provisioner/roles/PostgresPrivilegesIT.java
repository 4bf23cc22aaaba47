package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.provisioner.roles.PostgresFixture.Version;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of what each role may do, on real servers: every privilege, on every kind of object that has it, made before the
 * roles and after them, by each kind of owner. What is not allowed fails with the server's own error.
 */
class PostgresPrivilegesIT {

    @Nested
    class OnPostgres18 extends Cells {
        OnPostgres18() {
            super(Version.V18);
        }
    }

    @Nested
    class OnPostgres17 extends Cells {
        OnPostgres17() {
            super(Version.V17);
        }
    }

    /**
     * Something to use privileges on.
     *
     * @param owner who makes it
     * @param definition with {@code %s} for its name
     * @param sort what DROP calls it
     */
    private record Thing(String owner, String name, String definition, String sort, Set<String> privileges) {

        private static final Set<String> OF_TABLES =
                Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "ALTER", "DROP");
        private static final Set<String> OF_VIEWS =
                Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "TRIGGER", "ALTER", "DROP");

        static Thing table(String owner, String name) {
            return new Thing(owner, name, "CREATE TABLE %s (n int PRIMARY KEY)", "TABLE", OF_TABLES);
        }

        static Thing partitioned(String name) {
            String sql = "CREATE TABLE %s (n int PRIMARY KEY) PARTITION BY RANGE (n)";
            return new Thing("master", name, sql, "TABLE", OF_TABLES);
        }

        static Thing partition(String name, String of) {
            String sql = "CREATE TABLE %s PARTITION OF " + of + " DEFAULT";
            return new Thing("master", name, sql, "TABLE", OF_TABLES);
        }

        static Thing view(String name, String of) {
            return new Thing("master", name, "CREATE VIEW %s AS SELECT n FROM " + of, "VIEW", OF_VIEWS);
        }

        static Thing materialized(String name, String of) {
            String sql = "CREATE MATERIALIZED VIEW %s AS SELECT n FROM " + of;
            return new Thing("master", name, sql, "MATERIALIZED VIEW", Set.of("SELECT", "ALTER", "DROP"));
        }
    }

    private static List<Thing> things(String suffix) {
        return List.of(
                Thing.table("master", "items" + suffix),
                Thing.table("team", "team_items" + suffix),
                Thing.table("app", "app_items" + suffix),
                Thing.partitioned("parts" + suffix),
                Thing.partition("parts_rest" + suffix, "parts" + suffix),
                Thing.view("seen" + suffix, "items" + suffix),
                Thing.materialized("kept" + suffix, "items" + suffix),
                Thing.table("master", "\"My Schema\".\"Odd \"\"Täble" + suffix + "\""),
                Thing.table("master", "\"a.b; DROP TABLE items\".\"$1 ? %' \\ 表" + suffix + "\""),
                Thing.table("master", PostgresFixture.ODD + ".\"x\"\" TO PUBLIC; --" + suffix + "\""));
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Cells {

        private final Version version;
        private PostgresFixture postgres;

        Cells(Version version) {
            this.version = version;
        }

        @BeforeAll
        void start(@TempDir Path folder) {
            postgres = new PostgresFixture(folder, version);
            postgres.as(
                    "master",
                    "CREATE SCHEMA \"My Schema\"",
                    "CREATE SCHEMA \"a.b; DROP TABLE items\"",
                    "CREATE SCHEMA " + PostgresFixture.ODD,
                    "CREATE SEQUENCE numbers",
                    "CREATE SEQUENCE \"My Schema\".\"Nüm\"\"bers\"",
                    "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
            things("").forEach(this::create);
            create(Thing.table("stranger", "strange"));
            assertThat(postgres.make().complete()).isTrue();
            things("_later").forEach(this::create);
            postgres.as(
                    "master",
                    "CREATE SEQUENCE numbers_later",
                    "CREATE SCHEMA later",
                    "CREATE TABLE later.items (n int PRIMARY KEY)",
                    "CREATE SCHEMA theirs",
                    "GRANT CREATE ON SCHEMA theirs TO hoop_ro, hoop_rw, hoop_ddl");
        }

        private void create(Thing thing) {
            postgres.as(thing.owner(), thing.definition().formatted(thing.name()));
        }

        @AfterAll
        void stop() {
            postgres.close();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
                privilege  | read only | read write | ddl | statement
                SELECT     | yes       | yes        | yes | SELECT * FROM %s
                INSERT     | no        | yes        | yes | INSERT INTO %s (n) VALUES (7)
                UPDATE     | no        | yes        | yes | UPDATE %s SET n = 8 WHERE n = 9
                DELETE     | no        | yes        | yes | DELETE FROM %s WHERE n = 9
                TRUNCATE   | no        | no         | yes | TRUNCATE %s
                REFERENCES | no        | no         | yes | CREATE TABLE theirs.t (n int REFERENCES %s)
                TRIGGER    | no        | no         | yes | CREATE TRIGGER t BEFORE INSERT ON %s EXECUTE FUNCTION noop()
                ALTER      | no        | no         | no  | ALTER TABLE %s RENAME TO other
                DROP       | no        | no         | no  | DROP TABLE %s
                """)
        void onTablesAndViews(String privilege, String ro, String rw, String ddl, String sql) throws SQLException {
            Map<String, Boolean> expected = expected(ro, rw, ddl);
            for (Map.Entry<String, Boolean> role : expected.entrySet()) {
                try (Connection connection = postgres.connect(role.getKey(), "orders")) {
                    for (Thing thing : all()) {
                        if (thing.privileges().contains(privilege)) {
                            String statement = fit(sql, thing).replace("%s", thing.name());
                            PostgresFixture.assertMay(connection, role.getKey(), statement, role.getValue());
                        }
                    }
                    String strange = sql.replace("%s", "strange");
                    PostgresFixture.assertMay(connection, role.getKey(), strange, false);
                }
            }
        }

        private static List<Thing> all() {
            List<Thing> all = new ArrayList<>(things(""));
            all.addAll(things("_later"));
            all.add(Thing.table("master", "later.items"));
            return all;
        }

        /** Views have triggers of their own kind, and DROP names the kind. */
        private static String fit(String sql, Thing thing) {
            return thing.sort().equals("VIEW")
                    ? sql.replace("BEFORE INSERT ON %s", "INSTEAD OF INSERT ON %s FOR EACH ROW")
                            .replace("DROP TABLE", "DROP VIEW")
                    : sql.replace("DROP TABLE", "DROP " + thing.sort());
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
                object   | read only | read write | ddl | statement
                sequence | no        | yes        | yes | SELECT nextval('numbers')
                sequence | no        | yes        | yes | SELECT nextval('numbers_later')
                sequence | no        | yes        | yes | SELECT nextval('"My Schema"."Nüm""bers"')
                sequence | no        | no         | no  | SELECT setval('numbers', 1)
                sequence | no        | no         | no  | SELECT last_value FROM numbers
                sequence | no        | no         | no  | ALTER SEQUENCE numbers RESTART
                schema   | no        | no         | no  | CREATE TABLE mine (n int)
                schema   | no        | no         | no  | CREATE VIEW mine AS SELECT 1
                schema   | no        | no         | no  | CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'
                schema   | no        | no         | no  | CREATE TABLE "My Schema".mine (n int)
                schema   | no        | no         | no  | DROP SCHEMA "My Schema" CASCADE
                database | yes       | yes        | yes | CREATE TEMPORARY TABLE mine (n int)
                database | no        | no         | no  | CREATE SCHEMA mine
                database | no        | no         | no  | ALTER DATABASE orders SET work_mem = '1MB'
                routine  | no        | no         | no  | ALTER FUNCTION noop() COST 2
                server   | no        | no         | no  | CREATE ROLE mine
                server   | no        | no         | no  | ALTER ROLE hoop_ddl CREATEDB
                server   | no        | no         | no  | SET ROLE master
                server   | no        | no         | no  | SELECT * FROM pg_authid
                server   | no        | no         | no  | SELECT pg_read_file('PG_VERSION')
                server   | no        | no         | no  | COPY items TO PROGRAM 'cat'
                """)
        void onTheRest(String object, String ro, String rw, String ddl, String sql) throws SQLException {
            for (Map.Entry<String, Boolean> role : expected(ro, rw, ddl).entrySet()) {
                postgres.assertMay(role.getKey(), sql, role.getValue());
            }
        }

        private static Map<String, Boolean> expected(String ro, String rw, String ddl) {
            Map<String, Boolean> expected = new LinkedHashMap<>();
            expected.put("hoop_ro", ro.equals("yes"));
            expected.put("hoop_rw", rw.equals("yes"));
            expected.put("hoop_ddl", ddl.equals("yes"));
            return expected;
        }

        @Test
        void leavesNothingLentToTheMaster() throws SQLException {
            assertThat(postgres.values(
                            "postgres",
                            "SELECT roleid::regrole::text FROM pg_auth_members WHERE grantor = 'master'::regrole"))
                    .isEmpty();
            assertThat(postgres.values("postgres", "SELECT pg_has_role('master', 'app', 'USAGE')::text"))
                    .containsExactly("false");
        }
    }
}
