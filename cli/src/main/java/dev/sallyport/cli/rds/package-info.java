/**
 * {@code sally rds proxy}: from a choice to a local port that leads to the database.
 *
 * <pre>
 *  choose ─▶ ensure ─▶ agree ─▶ wait for the approval ─▶ open the tunnel ─▶ "ready" ─▶ Ctrl-C, or the grant ends
 *  (list or flags)     (y/N)    (spinner, deadline)      (port bound first)             (exit 0)    (exit 10)
 * </pre>
 */
@NullMarked
package dev.sallyport.cli.rds;

import org.jspecify.annotations.NullMarked;
