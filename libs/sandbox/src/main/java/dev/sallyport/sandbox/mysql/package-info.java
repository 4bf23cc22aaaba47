/** A real MySQL, and a real MariaDB. */
@NullMarked
package dev.sallyport.sandbox.mysql;

import org.jspecify.annotations.NullMarked;
