/** Asking for access, deciding on it, and ending it: the commands of people who use databases and of those who approve. */
@NullMarked
package dev.sallyport.cli.access;

import org.jspecify.annotations.NullMarked;
