/** MySQL's and MariaDB's clients. */
@NullMarked
package dev.sallyport.clients.mysql;

import org.jspecify.annotations.NullMarked;
