package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server with TLS, whose master may do what RDS's may: CREATEROLE and CREATEDB, no superuser. The database
 * {@code orders} has objects of the master, of a role whose rights it has ({@code team}), of one that it may only hand out
 * ({@code app}) and of one that is nothing to it ({@code stranger}).
 */
final class PostgresFixture implements AutoCloseable {

    static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:orders");

    /** A name that does harm where it is not quoted. */
    static final String ODD = "\"x\"\" TO PUBLIC; --\"";

    final PostgresServer server;
    final LocalAuthority authority;
    final Targets targets;
    final Endpoint endpoint;
    final Login master = new Login("master", Secret.of("master-password"));
    final MemorySecrets secrets = new MemorySecrets();

    /** Which server. */
    enum Version {
        V18,
        V17
    }

    PostgresFixture(Path folder, Version version) {
        authority = LocalAuthority.in(folder.resolve("tls"));
        PostgresServer.Builder builder =
                PostgresServer.in(folder.resolve("pg")).forTests().tls(authority.issue("pg"));
        server = (version == Version.V17 ? builder.binaries(before()) : builder).start();
        targets = new Targets(Optional.of(authority.certificateFile()));
        endpoint = new Endpoint(Engine.POSTGRES, "localhost", server.port(), "orders");
        server.execute(
                "postgres",
                "CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master-password'",
                "ALTER ROLE master SET log_statement = 'all'",
                "CREATE ROLE stranger",
                "CREATE ROLE team",
                "GRANT team TO master",
                "SET ROLE master",
                "CREATE ROLE app",
                "RESET ROLE",
                "CREATE DATABASE orders OWNER master");
        server.execute("orders", "GRANT CREATE ON SCHEMA public TO team, stranger, app");
    }

    /** The artifact that the build put there. */
    private static Path before() {
        try (Stream<Path> jars = Files.list(Path.of("target/servers"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("postgres-17"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Roles roles() {
        return roles("hoop");
    }

    Roles roles(String prefix) {
        return new Roles(targets, secrets, InstantSource.system(), prefix, 3);
    }

    Roles.Outcome make() {
        return roles().make(SecretFolder.of(ARN), endpoint, master);
    }

    Planned plan() {
        return roles().plan(SecretFolder.of(ARN), endpoint, master);
    }

    Dropped drop() {
        return roles().drop(SecretFolder.of(ARN), endpoint, master);
    }

    /** As {@code owner}, in {@code orders}. */
    void as(String owner, String... statements) {
        List<String> all = new ArrayList<>(List.of("SET ROLE " + owner));
        all.addAll(List.of(statements));
        server.execute("orders", all.toArray(String[]::new));
    }

    Login login(String role) {
        return Credentials.login(
                secrets.current(Credentials.secretId(ARN, role)).orElseThrow());
    }

    Connection connect(String role, String database) {
        return targets.connect(endpoint, login(role), database);
    }

    /** Asserts that {@code sql} works, or fails with insufficient_privilege, and undoes it. */
    static void assertMay(Connection connection, String who, String sql, boolean allowed) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL search_path = public");
            statement.execute(sql);
            assertThat(allowed).as("%s may: %s", who, sql).isTrue();
        } catch (SQLException e) {
            assertThat(allowed).as("%s may: %s (%s)", who, sql, e.getMessage()).isFalse();
            assertThat(e.getSQLState()).as(sql + ": " + e.getMessage()).isEqualTo("42501");
        } finally {
            connection.rollback();
        }
    }

    void assertMay(String role, String sql, boolean allowed) throws SQLException {
        try (Connection connection = connect(role, "orders")) {
            assertMay(connection, role, sql, allowed);
        }
    }

    /** Everything that a change of roles, privileges or owners would show in, in all databases. */
    List<String> catalogs() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String database : values("postgres", "SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1")) {
            all.addAll(values(database, """
                    SELECT current_database() || ' class ' || oid::regclass || ' ' || relowner::regrole || ' ' || coalesce(relacl::text, '')
                      FROM pg_class WHERE oid >= 16384 AND relkind <> 't'
                    UNION ALL SELECT current_database() || ' namespace ' || nspname || ' ' || nspowner::regrole || ' ' || coalesce(nspacl::text, '') FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
                    UNION ALL SELECT current_database() || ' proc ' || oid::regprocedure || ' ' || proowner::regrole || ' ' || coalesce(proacl::text, '') FROM pg_proc WHERE oid >= 16384
                    UNION ALL SELECT current_database() || ' type ' || oid::regtype || ' ' || coalesce(typacl::text, '') FROM pg_type WHERE typacl IS NOT NULL
                    UNION ALL SELECT current_database() || ' default ' || defaclrole::regrole || defaclobjtype::text || defaclnamespace || ' ' || defaclacl::text FROM pg_default_acl
                    UNION ALL SELECT current_database() || ' column ' || attrelid::regclass || attname || ' ' || attacl::text FROM pg_attribute WHERE attacl <> '{}' AND attrelid >= 16384
                    """));
        }
        all.addAll(values("postgres", """
                SELECT 'database ' || datname || ' ' || datdba::regrole || ' ' || coalesce(datacl::text, '') FROM pg_database
                UNION ALL SELECT 'role ' || rolname || ' ' || rolsuper || rolinherit || rolcreaterole || rolcreatedb || rolcanlogin || rolbypassrls || coalesce(rolvaliduntil::text, '') FROM pg_authid
                UNION ALL SELECT 'member ' || roleid::regrole || ' ' || member::regrole || ' ' || grantor::regrole || admin_option || inherit_option || set_option FROM pg_auth_members"""));
        return all.stream().map(PostgresFixture::inOrder).sorted().toList();
    }

    /** The order within an access list means nothing. */
    private static String inOrder(String line) {
        int brace = line.indexOf('{');
        if (brace < 0) {
            return line;
        }
        String acl = line.substring(brace).replaceAll("[{}]", "");
        return line.substring(0, brace) + Arrays.stream(acl.split(",")).sorted().toList();
    }

    List<String> passwords() throws SQLException {
        return values("postgres", "SELECT rolname || coalesce(rolpassword, '') FROM pg_authid ORDER BY 1");
    }

    List<String> values(String database, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = server.connect(URLEncoder.encode(database, StandardCharsets.UTF_8));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    @Override
    public void close() {
        server.close();
    }
}
