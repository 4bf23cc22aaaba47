package dev.sallyport.benchmarks.proxy;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.Engine;
import dev.sallyport.rig.PackagedProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every way to one database.
 *
 * @param peers those that are installed
 * @param audited those through Sallyport: its default first
 */
record Routes(Route direct, List<Route> peers, List<Route> audited) {

    /** Those to the database of {@code direct}, through Sallyport in two of its audit modes. */
    static Routes of(Route direct, Peers peers, PackagedProxy proxy, Engine engine, String database) {
        List<Route> audited = Stream.of(AuditMode.BOUNDED, AuditMode.STRICT)
                .map(mode -> Route.through(proxy, engine, direct, database, mode))
                .toList();
        return new Routes(direct, peers.routes(), audited);
    }

    /** All, in the order in which they take turns. */
    List<Route> all() {
        List<Route> all = new ArrayList<>();
        all.add(direct);
        all.addAll(peers);
        all.addAll(audited);
        return all;
    }
}
