package dev.sallyport.benchmarks.proxy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What a load came to over one route.
 *
 * @param statements that were answered
 * @param perSecond as the client counted
 * @param p50 of the latencies, in microseconds, as the client saw them; so p99 and p999
 * @param cpuMicros of the process in between, for each statement
 */
record Load(long statements, double perSecond, double p50, double p99, double p999, double cpuMicros) {

    static Load of(long statements, double perSecond, long[] latencyMicros, Duration cpu) {
        long[] sorted = latencyMicros.clone();
        Arrays.sort(sorted);
        return new Load(
                statements,
                perSecond,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99),
                quantile(sorted, 0.999),
                statements == 0 ? 0 : cpu.toNanos() / 1e3 / statements);
    }

    private static double quantile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }

    /** Each figure's median over several rounds; the statements of all. */
    static Load median(List<Load> rounds) {
        return new Load(
                rounds.stream().mapToLong(Load::statements).sum(),
                median(rounds, Load::perSecond),
                median(rounds, Load::p50),
                median(rounds, Load::p99),
                median(rounds, Load::p999),
                median(rounds, Load::cpuMicros));
    }

    private static double median(List<Load> rounds, ToDoubleFunction<Load> figure) {
        return median(rounds.stream().mapToDouble(figure));
    }

    static double median(DoubleStream figures) {
        double[] sorted = figures.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
