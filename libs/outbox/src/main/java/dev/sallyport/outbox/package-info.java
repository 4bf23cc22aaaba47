/**
 * Transactional outbox and idempotent inbox: what a service decides and what it says about it become durable together, and
 * what it hears twice it does once.
 *
 * <pre>
 *  transaction:  change rows ─ Outbox.add ─ commit        transaction:  Inbox.firstSight ─ change rows ─ commit
 *                                 │                                          ▲
 *                              (outbox)                                      │
 *                                 │                                          │
 *  relay:        lock ─ read ─ send, wait for the ack ─ delete ─ commit ──▶ Kafka
 * </pre>
 *
 * A service lists {@code db/outbox} among its {@code quarkus.flyway.locations}: the tables belong to its own schema, which
 * its role's {@code search_path} names. A crash between the ack and the delete sends a record again, with the same event id.
 */
@NullMarked
package dev.sallyport.outbox;

import org.jspecify.annotations.NullMarked;
