package dev.sallyport.notifier.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MrkdwnTest {

    @Test
    void leavesNothingThatActs() {
        assertThat(Mrkdwn.inline("<!channel> <https://evil.example|Review> <@U012> a && b", 100))
                .isEqualTo("&lt;!channel&gt; &lt;https://evil.example|Review&gt; &lt;@U012&gt; a &amp;&amp; b");
    }

    /** It is shown as it was, also when it looks escaped already. */
    @Test
    void escapesWhatLooksEscaped() {
        assertThat(Mrkdwn.inline("&lt;!here&gt;", 100)).isEqualTo("&amp;lt;!here&amp;gt;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@channel", "@here", "@Everyone", "@all"})
    void callsNobody(String call) {
        assertThat(Mrkdwn.inline("hello " + call + " there", 100))
                .doesNotContain(call)
                .contains("@\u2060" + call.substring(1));
    }

    @Test
    void leavesAddressesAlone() {
        assertThat(Mrkdwn.inline("engineer@example.com", 100)).isEqualTo("engineer@example.com");
    }

    @Test
    void staysInItsLineAndReadsInItsDirection() {
        assertThat(Mrkdwn.inline("one\r\ntwo\t\u202Eeerht\u0007", 100)).isEqualTo("one  two eerht ");
        assertThat(Mrkdwn.lines("one\ntwo", 100)).isEqualTo("one\ntwo");
    }

    @ParameterizedTest
    @CsvSource({
        "aaaa, aaaa",
        "aaaaa, aaaaa",
        "aaaaaa, aaaa…",
        "&, &amp;",
        "a&, a…",
        "&&, …",
        "aaa\uD83D\uDE00, aaa\uD83D\uDE00",
        "aaaa\uD83D\uDE00, aaaa…"
    })
    void cutsBetweenCharacters(String text, String fitted) {
        assertThat(Mrkdwn.inline(text, 5)).isEqualTo(fitted);
    }

    @Test
    void escapesTheValuesOfALine() {
        assertThat(Mrkdwn.line("*%s* asks for *%s*", "a<b", "x&y")).isEqualTo("*a&lt;b* asks for *x&amp;y*");
    }
}
