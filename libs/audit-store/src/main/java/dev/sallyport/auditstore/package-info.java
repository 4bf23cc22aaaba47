/**
 * The audit store: who did what, in PostgreSQL, cut by day. The notifier migrates and writes it, the api reads it with a
 * role that can do nothing else. Plain JDBC; every method blocks.
 *
 * <pre>
 *  events ─▶ AuditWriter ─COPY─▶ temporary table ─INSERT … ON CONFLICT DO NOTHING─▶ partition of the day
 *                                                                                        │
 *                                                     AuditReader ◀──────────────────────┘
 * </pre>
 *
 * Exactly once by key: statements by (session, sequence, part), events by id. A key holds the day too, since partitions
 * keep no index in common; the day is a function of the event, so an event that comes again meets itself.
 */
@NullMarked
package dev.sallyport.auditstore;

import org.jspecify.annotations.NullMarked;
