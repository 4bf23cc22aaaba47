/** Topics of Kafka that every node reads whole. */
@NullMarked
package dev.sallyport.proxy.feed;

import org.jspecify.annotations.NullMarked;
