/** The notifier's own schema over JDBC. */
@NullMarked
package dev.sallyport.notifier.database;

import org.jspecify.annotations.NullMarked;
