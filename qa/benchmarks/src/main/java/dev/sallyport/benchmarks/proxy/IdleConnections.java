package dev.sallyport.benchmarks.proxy;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.Engine;
import dev.sallyport.rig.PackagedProxy;
import dev.sallyport.sandbox.process.DetachedProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Connections that have logged in and say nothing: what each costs in memory of what stands in between. No PostgreSQL holds ten
 * thousand of them, so a pgbouncer that pools by transaction stands before it; to all others it is the server.
 *
 * <pre>
 *  pgbench ──▶ haproxy, or Sallyport ──▶ pgbouncer ──▶ PostgreSQL
 * </pre>
 */
final class IdleConnections {

    private static final Duration CONNECT_LIMIT = Duration.ofMinutes(10);
    /** A process that logs in for the first time takes memory that it keeps whoever comes later. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    /** What a process has open besides its connections, at most. */
    private static final int OTHER_FILES = 300;

    private final int wanted;
    private final Pgbench pgbench;
    private final PrintStream out;

    IdleConnections(int wanted, Pgbench pgbench, PrintStream out) {
        this.wanted = wanted;
        this.pgbench = pgbench;
        this.out = out;
    }

    void measure(Path folder, Site site, PackagedProxy proxy) throws IOException {
        int count = Math.min(wanted, (openFiles() - OTHER_FILES) / 2);
        Optional<Peers> found = Peers.pooling(site.routes().direct(), Site.DATABASE, folder.resolve("pool"));
        if (found.isEmpty()) {
            out.println("\nidle connections: not measured, since pgbouncer is missing");
            return;
        }
        try (Peers pooling = found.get()) {
            Route pool = pooling.routes().getFirst();
            try (Peers peers = Peers.haproxyBefore(pool, folder.resolve("peers"))) {
                List<Route> routes = new ArrayList<>(peers.routes());
                routes.add(pool);
                routes.add(Route.through(proxy, Engine.POSTGRES, pool, Site.DATABASE, AuditMode.BOUNDED));
                out.printf(
                        Locale.ROOT,
                        "%n%,d idle connections%s%n%-18s %14s %14s %18s%n",
                        count,
                        count < wanted ? ", as many as the limit of open files allows (ulimit -n)" : "",
                        "",
                        "before",
                        "with them",
                        "per connection");
                for (Route route : routes) {
                    measure(folder, route, count);
                }
            }
        }
    }

    private void measure(Path folder, Route route, int count) {
        pgbench.run(route, Site.DATABASE, new Pgbench.Script("simple", 4, WARM_UP, false, true, 0));
        long before = route.residentKiB();
        DetachedProcess holding = pgbench.hold(folder, route, Site.DATABASE, count, CONNECT_LIMIT);
        try {
            long with = route.residentKiB();
            out.printf(
                    Locale.ROOT,
                    "%-18s %10d KiB %10d KiB %14.1f KiB%n",
                    route.name(),
                    before,
                    with,
                    (with - before) / (double) count);
            out.flush();
        } finally {
            holding.stop(Duration.ofSeconds(20));
        }
    }

    /** How many files a process of ours may have open (proc(5), {@code limits}). */
    private static int openFiles() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .mapToInt(line -> Integer.parseInt(line.split("\\s{2,}")[2].strip()))
                    .findFirst()
                    .orElse(Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read this process's limits", e);
        } catch (NumberFormatException unlimited) {
            return Integer.MAX_VALUE;
        }
    }
}
