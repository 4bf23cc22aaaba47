/** Servers as processes of their own, which may outlive whoever started them. */
@NullMarked
package dev.sallyport.sandbox.process;

import org.jspecify.annotations.NullMarked;
