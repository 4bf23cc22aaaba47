package dev.sallyport.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The benchmarks run and judge; small, so that the build notices when one no longer does. */
class BenchmarksTest {

    @Test
    void describesItself() {
        assertThat(Benchmarks.commandLine().getUsageMessage()).contains("discovery", "roles", "proxy", "store");
    }

    @Test
    void discoveryFindsAllAndReachesAFigureThatIsEasy() {
        assertThat(discovery("--at-most-seconds=30")).isZero();
    }

    @Test
    void discoverySaysThatAFigureWasNotReached() {
        assertThat(discovery("--at-most-seconds=0")).isEqualTo(1);
    }

    @Test
    void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts() {
        assertThat(refusal("store", "--rounds=0")).contains("'--rounds'", "expected a number from 1 on but was '0'");
        assertThat(refusal("proxy", "--modes=binary")).contains("'--modes'", "but was 'binary'");
        assertThat(refusal("proxy", "--only=everything")).contains("'--only'", "but was 'everything'");
    }

    private static String refusal(String... arguments) {
        StringWriter said = new StringWriter();
        int exit = Benchmarks.commandLine().setErr(new PrintWriter(said)).execute(arguments);
        assertThat(exit).isEqualTo(2);
        return said.toString();
    }

    private static int discovery(String figure) {
        return Benchmarks.commandLine()
                .execute(
                        "discovery",
                        "--accounts=4",
                        "--instances=16",
                        "--latency-millis=1",
                        "--baseline-accounts=1",
                        "--runs=1",
                        figure);
    }
}
