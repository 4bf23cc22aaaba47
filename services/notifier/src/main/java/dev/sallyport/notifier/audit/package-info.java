/** Public events from Kafka into the audit store, and the records that cannot go there to the dead letters. */
@NullMarked
package dev.sallyport.notifier.audit;

import org.jspecify.annotations.NullMarked;
