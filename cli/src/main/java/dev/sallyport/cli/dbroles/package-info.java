/** Databases from the command line: find them, make roles in them, follow the jobs that do it, take the roles out. */
@NullMarked
package dev.sallyport.cli.dbroles;

import org.jspecify.annotations.NullMarked;
