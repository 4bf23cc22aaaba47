package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {

    @ParameterizedTest
    @CsvSource({"90s,90", "30m,1800", "1h30m,5400", "2d,172800", "1D1h,90000", "PT15M,900", " 5m ,300"})
    void takesWhatPeopleWrite(String text, long seconds) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "m", "0s", "-5m", "1h 30m", "1m1h", "99999999m", "soon"})
    void refusesWhatIsNoLengthOfTimeAndShowsSome(String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is no length of time: 90s, 30m, 1h30m, 2d");
    }

    @Test
    void saysThemAsShortAsItCan() {
        assertThat(TimeSpan.text(Duration.ofMinutes(90))).isEqualTo("1h30m");
        assertThat(TimeSpan.text(Duration.ofDays(1))).isEqualTo("1d");
        assertThat(TimeSpan.text(Duration.ofMillis(5))).isEqualTo("0s");
    }
}
