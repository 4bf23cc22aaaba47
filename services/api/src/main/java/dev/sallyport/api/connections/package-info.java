/** Connections: the roles that jobs made, and how they are reached. */
@NullMarked
package dev.sallyport.api.connections;

import org.jspecify.annotations.NullMarked;
