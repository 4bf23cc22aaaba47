/** The service with real neighbours. */
@NullMarked
package dev.sallyport.api;

import org.jspecify.annotations.NullMarked;
