/** The databases that we act on: where they are, how we log in, and what their refusals mean. */
@NullMarked
package dev.sallyport.provisioner.target;

import org.jspecify.annotations.NullMarked;
