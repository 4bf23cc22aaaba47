package dev.sallyport.benchmarks.proxy;

import java.time.Duration;

/** Somebody else's program that sends a database as many short reads as it answers. */
interface LoadGenerator {

    /** What it does in this mode, for the table. */
    String title(String mode);

    /** Runs it over a route, and watches what stands in between. */
    Load run(Route route, String mode, int clients, Duration time);

    /** What it sends in each run besides the statements that it counts. */
    long ownStatements();
}
