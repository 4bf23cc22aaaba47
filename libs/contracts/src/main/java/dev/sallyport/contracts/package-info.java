/** The topics and the envelope of every event on them. Start with {@link EventType}: it lists them all. */
@NullMarked
package dev.sallyport.contracts;

import org.jspecify.annotations.NullMarked;
