/** Webhooks from the command line: who is told, what waits, what is dead and is sent again. */
@NullMarked
package dev.sallyport.cli.webhooks;

import org.jspecify.annotations.NullMarked;
