/**
 * From the journal to Kafka, in the order of the journal, by one thread.
 *
 * <pre>
 *  checkpoint (position, open sessions) ─▶ read a batch ─▶ Trail makes events ─▶ send, wait for every ack ─▶ free segments
 *        ▲                                                                │ failed: back to the checkpoint, the same events again
 *        └────────────────────── what changed, now and then ◀───────────────────┘
 * </pre>
 *
 * <p>Events are a function of the journal alone, their ids included, so sending again what was sent before makes no new event.
 */
@NullMarked
package dev.sallyport.proxy.shipping;

import org.jspecify.annotations.NullMarked;
