package dev.sallyport.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * What some work took.
 *
 * @param cpu of this process, all its threads
 * @param heapBytes in use at most, garbage included, as seen every 20 ms
 * @param connections at most, as seen every 20 ms
 */
record Measured(Duration took, Duration cpu, long heapBytes, int connections) {

    private static final long LOOK_EVERY_MILLIS = 20;

    /** Runs {@code work} and looks meanwhile. */
    static Measured of(IntSupplier connections, Runnable work) throws InterruptedException {
        System.gc();
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long[] peak = new long[2];
        Thread worker = Thread.ofPlatform().unstarted(work);
        long cpu = process.getProcessCpuTime();
        long begin = System.nanoTime();
        worker.start();
        do {
            peak[0] = Math.max(peak[0], heapInUse());
            peak[1] = Math.max(peak[1], connections.getAsInt());
        } while (!worker.join(Duration.ofMillis(LOOK_EVERY_MILLIS)));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        Duration used = Duration.of(process.getProcessCpuTime() - cpu, TimeUnit.NANOSECONDS.toChronoUnit());
        return new Measured(took, used, peak[0], (int) peak[1]);
    }

    private static long heapInUse() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    static String header() {
        return "%-44s %10s %10s %10s %12s".formatted("", "wall time", "cpu", "heap", "connections");
    }

    String line(String name) {
        return String.format(
                Locale.ROOT,
                "%-44s %8.2f s %8.2f s %6d MiB %12d",
                name,
                took.toMillis() / 1e3,
                cpu.toMillis() / 1e3,
                heapBytes >> 20,
                connections);
    }
}
