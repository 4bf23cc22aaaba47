package dev.sallyport.benchmarks.proxy;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Connections that have logged in and say nothing: what each costs in memory of what stands in between. */
final class IdleConnections {

    private final int count;
    private final PrintStream out;

    IdleConnections(int count, PrintStream out) {
        this.count = count;
        this.out = out;
    }

    void measure(Site site) throws SQLException {
        out.printf(
                "%n%,d idle connections%n%-18s %14s %14s %18s%n", count, "", "before", "with them", "per connection");
        for (Route route : site.routes()) {
            if (route.process().isPresent()) {
                measure(route);
            }
        }
    }

    private void measure(Route route) throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            held.add(connect(route));
            long before = route.residentKiB();
            while (held.size() <= count) {
                held.add(connect(route));
            }
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
            for (Connection each : held) {
                each.close();
            }
        }
    }

    private static Connection connect(Route route) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + route.port() + "/" + Site.DATABASE
                        + "?sslmode=disable&connectTimeout=30",
                route.user(),
                route.password());
    }
}
