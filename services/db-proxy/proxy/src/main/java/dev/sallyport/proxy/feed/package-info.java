/** Topics of Kafka that every node reads whole, and what the records that it writes have in common. */
@NullMarked
package dev.sallyport.proxy.feed;

import org.jspecify.annotations.NullMarked;
