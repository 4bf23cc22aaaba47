/** The values of parameters as text, decoded by their type. */
@NullMarked
package dev.sallyport.pgwire.types;

import org.jspecify.annotations.NullMarked;
