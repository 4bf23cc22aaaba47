/** Lists, a page at a time. */
@NullMarked
package dev.sallyport.api.page;

import org.jspecify.annotations.NullMarked;
