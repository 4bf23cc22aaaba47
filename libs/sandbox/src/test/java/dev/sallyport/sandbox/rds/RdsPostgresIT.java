package dev.sallyport.sandbox.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.sandbox.tls.LocalAuthority;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, through pgjdbc, to a real PostgreSQL; the tokens are two words here. */
class RdsPostgresIT {

    @TempDir
    static Path folder;

    private static LocalAuthority authority;
    private static RdsPostgres rds;

    @BeforeAll
    static void start() {
        authority = LocalAuthority.in(folder.resolve("tls"));
        rds = RdsPostgres.forTests(
                folder.resolve("pg"),
                authority,
                (user, token) -> token.equals("good " + user) ? Optional.empty() : Optional.of("it is not good"));
        rds.server()
                .execute(
                        "postgres",
                        "CREATE ROLE member LOGIN PASSWORD 'of no use'",
                        "GRANT rds_iam TO member",
                        "CREATE ROLE plain LOGIN PASSWORD 'a password'");
    }

    @AfterAll
    static void stop() {
        rds.close();
    }

    @Test
    void aMemberLogsInWithATokenAsItself() throws SQLException {
        try (Connection connection = connect("member", "good member", "verify-full");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user, session_user")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("member");
            assertThat(row.getString(2)).isEqualTo("member");
        }
    }

    @Test
    void aMembersOtherPasswordsAreRefusedInTheWordsOfPam() {
        assertRefused("member", "of no use", "verify-full", "FATAL: PAM authentication failed for user \"member\"");
        assertRefused("member", "good plain", "verify-full", "FATAL: PAM authentication failed for user \"member\"");
        assertThat(rds.refusals()).contains("it is not good");
    }

    @Test
    void aMemberIsRefusedWithoutTls() {
        assertRefused(
                "member",
                "good member",
                "disable",
                "FATAL: pg_hba.conf rejects connection for host \"127.0.0.1\", user \"member\", database \"postgres\","
                        + " no encryption");
    }

    @Test
    void othersLogInWithTheirPasswordsBoundToTheServersCertificate() throws SQLException {
        Properties bound = properties("plain", "a password", "verify-full");
        bound.setProperty("channelBinding", "require");
        try (Connection connection = DriverManager.getConnection(url(), bound)) {
            assertThat(connection.isValid(5)).isTrue();
        }
        assertRefused("plain", "good plain", "verify-full", "FATAL: password authentication failed for user \"plain\"");
        assertRefused(
                "nobody", "good nobody", "verify-full", "FATAL: password authentication failed for user \"nobody\"");
    }

    @Test
    void aStatementIsCancelledThroughTheFront() throws SQLException {
        try (Connection connection = connect("member", "good member", "verify-full");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute("SELECT pg_sleep(120)"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    private static void assertRefused(String user, String password, String sslMode, String words) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> connect(user, password, sslMode).close())
                .withMessage(words)
                .satisfies(e -> assertThat(e.getSQLState()).startsWith("28"));
    }

    private static Connection connect(String user, String password, String sslMode) throws SQLException {
        return DriverManager.getConnection(url(), properties(user, password, sslMode));
    }

    private static String url() {
        return "jdbc:postgresql://localhost:" + rds.port() + "/postgres";
    }

    private static Properties properties(String user, String password, String sslMode) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", sslMode);
        properties.setProperty("sslrootcert", authority.certificateFile().toString());
        return properties;
    }
}
