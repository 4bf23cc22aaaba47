/** Choosing one of many at a terminal. */
@NullMarked
package dev.sallyport.cli.choose;

import org.jspecify.annotations.NullMarked;
