package dev.sallyport.benchmarks.proxy;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.rig.PackagedProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One way to the database.
 *
 * @param process what stands in between; empty on the direct way
 */
record Route(String name, int port, String user, String password, Optional<ProcessHandle> process) {

    /** Through Sallyport. */
    static Route through(PackagedProxy proxy, Endpoint endpoint, AuditMode mode) {
        return new Route(
                "sallyport " + mode.label(),
                endpoint.port(),
                endpoint.user(),
                endpoint.password().reveal(),
                ProcessHandle.of(proxy.process().pid()));
    }

    /** The CPU time that {@link #process} has used so far, all its threads, in steps of 10 ms; zero without one. */
    Duration cpu() {
        return process.flatMap(one -> one.info().totalCpuDuration()).orElse(Duration.ZERO);
    }

    /** The memory of {@link #process} that is resident, in KiB (proc_pid_status(5), {@code VmRSS}); zero without one. */
    long residentKiB() {
        return process.map(one -> residentKiB(one.pid())).orElse(0L);
    }

    private static long residentKiB(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the memory of process " + pid, e);
        }
    }
}
