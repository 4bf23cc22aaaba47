/** The rules of ARCHITECTURE.md and STYLE.md, held by tests. */
@NullMarked
package dev.sallyport.arch;

import org.jspecify.annotations.NullMarked;
