package dev.sallyport.pgwire.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryTextTest {

    @ParameterizedTest
    @CsvSource({
        "BOOL, 01, true",
        "INT2, fffe, -2",
        "INT4, 0000002a, 42",
        "INT8, 8000000000000000, -9223372036854775808",
        "OID, ffffffff, 4294967295",
        "FLOAT4, 3fc00000, 1.5",
        "FLOAT8, bff8000000000000, -1.5",
        "TEXT, c3a9, é",
        "VARCHAR, 6162, ab",
        "JSONB, 017b7d, {}",
        "BYTEA, 00ff, \\x00ff",
        "UUID, 00112233445566778899aabbccddeeff, 00112233-4455-6677-8899-aabbccddeeff",
        "DATE, 00000000, 2000-01-01",
        "DATE, 7fffffff, infinity",
        "TIME, 0000000000000001, 00:00:00.000001",
        "TIMESTAMP, 00000000000f4240, 2000-01-01 00:00:01",
        "TIMESTAMPTZ, 0000000000000001, 2000-01-01 00:00:00.000001+00",
        "TIMESTAMP, 8000000000000000, -infinity",
        "NUMERIC, 0002000000000002007b11a8, 123.45",
        "NUMERIC, 000100014000000005, \\x000100014000000005",
        "NUMERIC, 00010001400000000005, -50000",
        "NUMERIC, 0001ffff0000000403e8, 0.1000",
        "NUMERIC, 00000000c0000000, NaN",
        "INT4, 2a, \\x2a",
        "TIME, ffffffffffffffff, \\xffffffffffffffff",
    })
    void readsAValueByItsType(PgType type, String hex, String expected) {
        assertThat(BinaryText.of(
                        type.oid(), Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)), StandardCharsets.UTF_8))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"23, int4", "0, unknown", "99999, 99999", "-1, 4294967295"})
    void namesATypeOrGivesItsNumber(int oid, String name) {
        assertThat(PgType.nameOf(oid)).isEqualTo(name);
    }
}
