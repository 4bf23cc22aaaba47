/** A local certificate authority. */
@NullMarked
package dev.sallyport.sandbox.tls;

import org.jspecify.annotations.NullMarked;
