/** A real Kafka broker. */
@NullMarked
package dev.sallyport.sandbox.kafka;

import org.jspecify.annotations.NullMarked;
