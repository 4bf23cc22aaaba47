package dev.sallyport.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchmarksTest {

    @Test
    void describesItself() {
        assertThat(Benchmarks.commandLine().getUsageMessage()).contains("bench");
    }
}
