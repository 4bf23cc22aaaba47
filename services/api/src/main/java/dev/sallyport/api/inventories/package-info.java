/** What access as code has made, for each owner of files. */
@NullMarked
package dev.sallyport.api.inventories;

import org.jspecify.annotations.NullMarked;
