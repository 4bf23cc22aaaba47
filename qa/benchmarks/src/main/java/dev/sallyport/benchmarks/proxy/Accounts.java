package dev.sallyport.benchmarks.proxy;

import dev.sallyport.rig.PackagedProxy;

/**
 * What the proxy says that it recorded, and what Kafka has of it.
 *
 * @param recorded statements with an outcome, skipped ones aside
 * @param shipped records on the topic of statements
 */
record Accounts(long recorded, long shipped) {

    /** Once all that is recorded is shipped. */
    static Accounts of(PackagedProxy proxy) {
        proxy.awaitShipped();
        long recorded = (long) proxy.metrics()
                .lines()
                .filter(line -> line.startsWith("sallyport_proxy_statements_total{") && !line.contains("\"skipped\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        return new Accounts(recorded, proxy.statementsInKafka());
    }
}
