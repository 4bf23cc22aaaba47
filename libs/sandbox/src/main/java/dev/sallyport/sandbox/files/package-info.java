/** Files of the neighbours: binaries that come on the class path, unpacked once per machine, and the state of stand-ins. */
@NullMarked
package dev.sallyport.sandbox.files;

import org.jspecify.annotations.NullMarked;
