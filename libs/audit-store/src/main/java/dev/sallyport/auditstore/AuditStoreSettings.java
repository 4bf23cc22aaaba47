package dev.sallyport.auditstore;

import dev.sallyport.kernel.Secret;
import java.time.Duration;

/**
 * How to reach the store.
 *
 * @param jdbcUrl for instance {@code jdbc:postgresql://127.0.0.1:5432/sallyport}
 * @param maxConnections from 1
 * @param retention how long records are kept, in whole days, from 1
 */
public record AuditStoreSettings(
        String jdbcUrl, String username, Secret password, int maxConnections, Duration retention) {

    /** @throws IllegalArgumentException naming what is out of bounds */
    public AuditStoreSettings {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("the audit store needs at least 1 connection, not " + maxConnections);
        }
        if (retention.toDays() < 1) {
            throw new IllegalArgumentException("the audit store keeps records for at least 1 day, not " + retention);
        }
    }

    /** For a reader: 4 connections. */
    public static AuditStoreSettings reader(String jdbcUrl, String username, Secret password) {
        return new AuditStoreSettings(jdbcUrl, username, password, 4, Duration.ofDays(1));
    }
}
