package dev.sallyport.pgwire.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstWordTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prepare a as select 1",
                "PREPARE\ta AS SELECT 1",
                " ;; \n\013 pRePaRe/**/a",
                "-- a comment\nprepare a",
                "--\rprepare a",
                "/* one /* within */ another */ prepare a",
                "/**/--\n/***/prepare"
            })
    void findsIt(String sql) {
        assertThat(FirstWord.is("prepare", sql.getBytes(StandardCharsets.UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "prepar",
                "select 'prepare'",
                "prepared",
                "prepare_",
                "prepareé",
                "-- prepare a",
                "/* prepare a",
                "/* /* */ prepare a",
                "/",
                "-",
                "\"prepare\""
            })
    void findsNoOther(String sql) {
        assertThat(FirstWord.is("prepare", sql.getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }
}
