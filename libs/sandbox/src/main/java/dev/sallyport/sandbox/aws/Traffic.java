package dev.sallyport.sandbox.aws;

import java.util.Map;
import java.util.TreeMap;

/** What was called, how often and how much of it at once. Safe for many threads. */
public final class Traffic {

    private final Map<String, Integer> calls = new TreeMap<>();
    private int underWay;
    private int peak;

    /** Calls by action, for instance {@code rds:DescribeDBInstances}, with those that failed. */
    public synchronized Map<String, Integer> calls() {
        return Map.copyOf(calls);
    }

    /** Calls under way at once, at most. */
    public synchronized int peak() {
        return peak;
    }

    /** Counts from zero again. */
    public synchronized void reset() {
        calls.clear();
        peak = underWay;
    }

    synchronized void begin() {
        underWay++;
        peak = Math.max(peak, underWay);
    }

    synchronized void named(String action) {
        calls.merge(action, 1, Integer::sum);
    }

    synchronized void end() {
        underWay--;
    }
}
