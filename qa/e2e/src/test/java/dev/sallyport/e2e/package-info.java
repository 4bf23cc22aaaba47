/** The whole product, as five processes with their neighbours, used as its users would. */
@NullMarked
package dev.sallyport.e2e;

import org.jspecify.annotations.NullMarked;
