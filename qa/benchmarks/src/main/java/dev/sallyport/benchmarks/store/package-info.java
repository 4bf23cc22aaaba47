/** The notifier as it is shipped, on its way from Kafka to the audit store, beside a plain COPY of the same rows. */
@NullMarked
package dev.sallyport.benchmarks.store;

import org.jspecify.annotations.NullMarked;
