/** A real PostgreSQL, and the control plane in one. */
@NullMarked
package dev.sallyport.sandbox.postgres;

import org.jspecify.annotations.NullMarked;
