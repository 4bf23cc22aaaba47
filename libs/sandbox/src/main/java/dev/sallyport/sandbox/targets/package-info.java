/** The databases that Sallyport is shown on: real servers, filled with a small shop, run as RDS runs its own. */
@NullMarked
package dev.sallyport.sandbox.targets;

import org.jspecify.annotations.NullMarked;
