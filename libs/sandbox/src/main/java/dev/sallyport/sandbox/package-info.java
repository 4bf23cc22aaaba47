/** The neighbours of Sallyport on one machine: real servers, and stand-ins for what one machine cannot have. */
@NullMarked
package dev.sallyport.sandbox;

import org.jspecify.annotations.NullMarked;
