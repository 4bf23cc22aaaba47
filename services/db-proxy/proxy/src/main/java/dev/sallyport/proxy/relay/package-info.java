/** Passing bytes on between a client and its target by reference, with backpressure both ways. */
@NullMarked
package dev.sallyport.proxy.relay;

import org.jspecify.annotations.NullMarked;
