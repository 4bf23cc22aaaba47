/** The three roles of an instance: their privileges, made and repaired in every database, and their passwords. */
@NullMarked
package dev.sallyport.provisioner.roles;

import org.jspecify.annotations.NullMarked;
