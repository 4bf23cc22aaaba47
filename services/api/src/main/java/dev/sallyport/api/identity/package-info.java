/** Who is calling, and as what. */
@NullMarked
package dev.sallyport.api.identity;

import org.jspecify.annotations.NullMarked;
