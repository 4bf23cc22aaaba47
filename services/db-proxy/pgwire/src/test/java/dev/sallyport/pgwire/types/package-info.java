@NullMarked
package dev.sallyport.pgwire.types;

import org.jspecify.annotations.NullMarked;
