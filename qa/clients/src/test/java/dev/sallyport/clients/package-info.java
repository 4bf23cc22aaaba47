/**
 * Other people's clients and their own test suites, run twice: against a database, and against the same database through the
 * packaged proxy. Both runs have to come to the same result, and what the proxy recorded has to be what the database says it
 * executed.
 *
 * <p>Start reading at {@link dev.sallyport.rig.PackagedProxy}. What came of it is in {@code docs/clients.md}.
 */
@NullMarked
package dev.sallyport.clients;

import org.jspecify.annotations.NullMarked;
