package dev.sallyport.benchmarks.proxy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One COPY out and one in, by psql. */
final class Bulk {

    private static final int ROW_BYTES = 1024;
    /** Through Sallyport alone: the others were compiled long ago. */
    private static final int WARM_UPS = 2;

    private final Path psql = Programs.need("psql", "postgresql-client");
    private final Path folder;
    private final int mebibytes;
    private final int rounds;
    private final PrintStream out;

    Bulk(Path folder, int mebibytes, int rounds, PrintStream out) {
        this.folder = folder;
        this.mebibytes = mebibytes;
        this.rounds = rounds;
        this.out = out;
    }

    /** What a copy took: the whole and the CPU of what stands in between, for each GiB. */
    private record Copied(double secondsPerGiB, double cpuSecondsPerGiB) {}

    void measure(Routes routes) throws IOException {
        Path file = folder.resolve("rows");
        int rows = mebibytes * (1024 * 1024 / ROW_BYTES);
        String select = "SELECT repeat('x', " + (ROW_BYTES - 1) + ") FROM generate_series(1, " + rows + ")";
        psql(routes.direct(), "CREATE UNLOGGED TABLE IF NOT EXISTS sink (row text)");
        psql(routes.direct(), "\\copy (" + select + ") TO '" + file + "'");
        try {
            copies("COPY out, " + mebibytes + " MiB", routes, "\\copy (" + select + ") TO '/dev/null'");
            copies("COPY in, " + mebibytes + " MiB", routes, "\\copy sink FROM '" + file + "'");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void copies(String title, Routes routes, String command) {
        Map<Route, List<Copied>> all = new LinkedHashMap<>();
        for (int round = -WARM_UPS; round < 0; round++) {
            copy(routes.audited().getFirst(), command);
            psql(routes.direct(), "TRUNCATE sink");
        }
        for (int round = 0; round < rounds; round++) {
            for (Route route : routes.all()) {
                all.computeIfAbsent(route, _ -> new ArrayList<>()).add(copy(route, command));
                psql(routes.direct(), "TRUNCATE sink");
            }
        }
        out.printf("%n%s%n%-18s %14s %16s %12s%n", title, "", "time per GiB", "cpu per GiB", "resident");
        all.forEach((route, copied) -> out.printf(
                Locale.ROOT,
                "%-18s %12.2f s %16s %12s%n",
                route.name(),
                Load.median(copied.stream().mapToDouble(Copied::secondsPerGiB)),
                route.process().isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "%.2f s",
                                Load.median(copied.stream().mapToDouble(Copied::cpuSecondsPerGiB))),
                route.process().isEmpty() ? "" : (route.residentKiB() >> 10) + " MiB"));
        out.flush();
    }

    private Copied copy(Route route, String command) {
        Duration before = route.cpu();
        long begin = System.nanoTime();
        psql(route, command);
        double gibibytes = mebibytes / 1024.0;
        return new Copied(
                (System.nanoTime() - begin) / 1e9 / gibibytes,
                route.cpu().minus(before).toMillis() / 1e3 / gibibytes);
    }

    private void psql(Route route, String command) {
        List<String> whole = new ArrayList<>(List.of(psql.toString(), "-X", "-q", "-v", "ON_ERROR_STOP=1"));
        whole.addAll(route.libpqOptions());
        whole.addAll(List.of("-d", Site.DATABASE, "-c", command));
        Programs.run(folder, folder.resolve("psql.out"), route.libpqEnvironment(false), whole);
    }
}
