package dev.sallyport.proxy.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlGlanceTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String KEY_AND_VALUE = "traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'";
    private static final String VALUE = "00-" + TRACE + "-" + PARENT + "-01";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1|SELECT",
                "select(1)|SELECT",
                "  ((Values (1)))|VALUES",
                "/* why */ -- and\\n update t set a = 1|UPDATE",
                "# mysql\\ndelete from t|DELETE",
                "commit|COMMIT",
                "DEALLOCATE ALL|DEALLOCATE",
                "SELECTED|''",
                "'secret'|''",
                "hunter2|''",
                "--|''",
                "/* never closed|''",
                "''|''"
            })
    void saysTheOperationWhenItIsOneThatIsKnown(String sql, String operation) {
        byte[] text = ("ab" + sql.replace("\\n", "\n") + "yz").getBytes(StandardCharsets.UTF_8);

        assertThat(SqlGlance.operation(text, 2, text.length - 4)).isEqualTo(operation);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 /*traceparent='" + VALUE + "'*/",
                "SELECT 1 /* traceparent='" + VALUE + "' */ ; \n",
                "SELECT 1 /*action='a%20b',traceparent='" + VALUE + "',tracestate='x%3D1'*/",
                "SELECT '*/' /*db_driver='x', traceparent='" + VALUE + "'*/"
            })
    void findsTheTraceThatTheLastCommentNames(String sql) {
        assertThat(trace(sql)).hasValueSatisfying(found -> {
            assertThat(found.getTraceId()).isEqualTo(TRACE);
            assertThat(found.getSpanId()).isEqualTo(PARENT);
            assertThat(found.isSampled()).isTrue();
            assertThat(found.isRemote()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/",
                "/*traceparent=''*/",
                "SELECT 1 /*traceparent='" + VALUE + "'*/ FROM t",
                "SELECT 'traceparent=''" + VALUE + "'' */",
                "SELECT 1 traceparent='" + VALUE + "'",
                "SELECT 1 /*traceparent='" + VALUE + "*/",
                "SELECT 1 /*xtraceparent='" + VALUE + "'*/",
                "SELECT 1 /*traceparent='01-" + TRACE + "-" + PARENT + "-01'*/",
                "SELECT 1 /*traceparent='00-0AF7651916CD43DD8448EB211C80319C-" + PARENT + "-01'*/",
                "SELECT 1 /*traceparent='00-00000000000000000000000000000000-" + PARENT + "-01'*/",
                "SELECT 1 /*traceparent='00-" + TRACE + "-0000000000000000-01'*/",
                "SELECT 1 /*traceparent='00-" + TRACE + "-" + PARENT + "-0g'*/",
                "SELECT 1 /*traceparent='" + VALUE + "1'*/",
                "SELECT 1 /*traceparent='" + VALUE + "'*/ /* another */"
            })
    void takesItStrictlyOrNotAtAll(String sql) {
        assertThat(trace(sql)).isEmpty();
    }

    @Test
    void looksAtNothingBesideTheText() {
        byte[] text = ("SELECT 1 /*traceparent='" + VALUE + "'*/").getBytes(StandardCharsets.UTF_8);

        for (int from = 0; from <= text.length; from++) {
            for (int length = 0; length <= text.length - from; length++) {
                String range = from + ", " + length;
                boolean wholeComment = from <= "SELECT 1 ".length() && from + length == text.length;
                assertThat(SqlGlance.trace(text, from, length).isPresent())
                        .as(range)
                        .isEqualTo(wholeComment);
                assertThat(SqlGlance.operation(text, from, length)).as(range).isIn("", "SELECT");
            }
        }
    }

    @Test
    void isNotTemptedBeyondTheBeginOfTheText() {
        for (String tail : List.of(KEY_AND_VALUE + "*/", " " + KEY_AND_VALUE + "*/", "*" + KEY_AND_VALUE + "'*/")) {
            assertThat(trace(tail)).isEmpty();
            assertThat(trace("  " + tail)).isEmpty();
        }
    }

    private static Optional<SpanContext> trace(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return SqlGlance.trace(text, 0, text.length);
    }
}
