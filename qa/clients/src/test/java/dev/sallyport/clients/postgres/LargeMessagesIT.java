package dev.sallyport.clients.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.rig.Endpoint;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages four times as large as all the memory that the proxy may have for buffers. */
class LargeMessagesIT {

    private static final int BYTES = 256 * 1024 * 1024;

    @TempDir
    static Path folder;

    static PostgresLab lab;
    static Endpoint direct;

    @BeforeAll
    static void start() {
        lab = new PostgresLab(folder, "-Xmx96m", "-XX:MaxDirectMemorySize=64m");
        direct = lab.direct("large", "large");
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void oneParameterOf256MegabytesGoesThroughInConstantMemory() throws Exception {
        Endpoint proxied = lab.proxied(direct);
        try (Connection connection = PostgresLab.connect(proxied);
                PreparedStatement statement = connection.prepareStatement("SELECT octet_length(?::bytea)")) {
            statement.setBinaryStream(1, zeros(), BYTES);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(BYTES);
            }
        }

        StatementExecuted recorded = only(proxied, "SELECT octet_length($1::bytea)");
        assertThat(recorded.bytesFromClient()).isGreaterThan(BYTES);
        assertThat(String.valueOf(recorded.parameters().getFirst().value())).hasSizeLessThan(20_000);
    }

    @Test
    void oneRowOf256MegabytesGoesThroughInConstantMemory() throws Exception {
        Endpoint proxied = lab.proxied(direct);
        String sql = "SELECT repeat('x', " + BYTES + ")";
        try (Connection connection = PostgresLab.connect(proxied);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            try (InputStream value = rows.getBinaryStream(1)) {
                assertThat(value.skip(BYTES)).isEqualTo(BYTES);
                assertThat(value.read()).isEqualTo(-1);
            }
        }

        StatementExecuted recorded = only(proxied, sql);
        assertThat(recorded.rows()).isEqualTo(1);
        assertThat(recorded.bytesToClient()).isGreaterThan(BYTES);
    }

    private static StatementExecuted only(Endpoint proxied, String sql) {
        List<StatementExecuted> found = lab.proxy().trail(proxied.grantId()).statements().stream()
                .filter(one -> one.sql().equals(sql))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static InputStream zeros() {
        return new InputStream() {
            private int left = BYTES;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (left <= 0) {
                    return -1;
                }
                int count = Math.min(length, left);
                left -= count;
                return count;
            }
        };
    }
}
