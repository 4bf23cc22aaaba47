/** Makes what all features are given, and refuses to start what may not be. */
@NullMarked
package dev.sallyport.provisioner.start;

import org.jspecify.annotations.NullMarked;
