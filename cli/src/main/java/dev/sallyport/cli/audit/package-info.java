/** {@code sally audit}: what was executed, and the proof that the record of it is whole. */
@NullMarked
package dev.sallyport.cli.audit;

import org.jspecify.annotations.NullMarked;
