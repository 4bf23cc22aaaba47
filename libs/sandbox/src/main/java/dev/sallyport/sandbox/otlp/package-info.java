/** Somebody's collector of traces. */
@NullMarked
package dev.sallyport.sandbox.otlp;

import org.jspecify.annotations.NullMarked;
