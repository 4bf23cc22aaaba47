/** The stand-ins together, as one small process. */
@NullMarked
package dev.sallyport.sandbox.standins;

import org.jspecify.annotations.NullMarked;
