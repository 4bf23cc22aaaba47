/**
 * Every public event to the audit store and to webhooks.
 *
 * <pre>
 *  Kafka ─▶ PublicEvents ─┬─▶ audit store                        then the offsets are committed
 *             │           └─▶ deliveries ─▶ DeliveryWorker ─▶ webhook, in its own time
 *             └─ unreadable ─▶ &lt;topic&gt;.dlq
 * </pre>
 */
@NullMarked
package dev.sallyport.notifier;

import org.jspecify.annotations.NullMarked;
