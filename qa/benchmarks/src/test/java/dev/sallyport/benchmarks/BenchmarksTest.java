package dev.sallyport.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The benchmarks run and judge; small, so that the build notices when one no longer does. */
class BenchmarksTest {

    @Test
    void describesItself() {
        assertThat(Benchmarks.commandLine().getUsageMessage()).contains("discovery", "roles");
    }

    @Test
    void discoveryFindsAllAndReachesAFigureThatIsEasy() {
        assertThat(discovery("--at-most-seconds=30")).isZero();
    }

    @Test
    void discoverySaysThatAFigureWasNotReached() {
        assertThat(discovery("--at-most-seconds=0")).isEqualTo(1);
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
