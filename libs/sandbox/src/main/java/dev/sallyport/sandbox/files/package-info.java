/** Binaries that come on the class path, unpacked once per machine. */
@NullMarked
package dev.sallyport.sandbox.files;

import org.jspecify.annotations.NullMarked;
