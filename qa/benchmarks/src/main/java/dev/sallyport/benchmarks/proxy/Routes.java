package dev.sallyport.benchmarks.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * Every way to one database.
 *
 * @param peers those that are installed
 * @param audited those through Sallyport: its default first
 */
record Routes(Route direct, List<Route> peers, List<Route> audited) {

    /** All, in the order in which they take turns. */
    List<Route> all() {
        List<Route> all = new ArrayList<>();
        all.add(direct);
        all.addAll(peers);
        all.addAll(audited);
        return all;
    }

    /** Those with something in between. */
    List<Route> indirect() {
        return all().subList(1, all().size());
    }
}
