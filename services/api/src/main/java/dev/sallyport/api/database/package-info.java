/** How features work in a database transaction. */
@NullMarked
package dev.sallyport.api.database;

import org.jspecify.annotations.NullMarked;
