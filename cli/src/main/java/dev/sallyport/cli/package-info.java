/** {@code sally}: runs everything on one machine, and is what engineers type. Start reading at {@link dev.sallyport.cli.Sally}. */
@NullMarked
package dev.sallyport.cli;

import org.jspecify.annotations.NullMarked;
