/** A client of our own REST API. */
@NullMarked
package dev.sallyport.cli.http;

import org.jspecify.annotations.NullMarked;
