/** Clients of PostgreSQL. */
@NullMarked
package dev.sallyport.clients.postgres;

import org.jspecify.annotations.NullMarked;
