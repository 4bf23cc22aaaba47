package dev.sallyport.benchmarks.proxy;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.rig.Endpoint;
import dev.sallyport.rig.PackagedProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way to the database.
 *
 * @param process what stands in between; empty on the direct way
 */
record Route(String name, int port, String user, String password, Optional<ProcessHandle> process) {

    /** Through Sallyport to the database that {@code direct} leads to, by a grant of its own. */
    static Route through(PackagedProxy proxy, Engine engine, Route direct, String database, AuditMode mode) {
        Endpoint endpoint =
                proxy.grant(engine, direct.port(), database, direct.user(), Secret.of(direct.password()), mode);
        return new Route(
                "sallyport " + mode.label(),
                endpoint.port(),
                endpoint.user(),
                endpoint.password().reveal(),
                ProcessHandle.of(proxy.process().pid()));
    }

    /** What libpq's programs are told of it on their command line. */
    List<String> libpqOptions() {
        return List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", user);
    }

    /** And in their environment. */
    Map<String, String> libpqEnvironment(boolean tls) {
        return Map.of("PGPASSWORD", password, "PGSSLMODE", tls ? "require" : "disable");
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
