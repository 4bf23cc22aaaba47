/** The db-proxy as it is shipped, with what it needs around it: for tests and benchmarks that want a process and no less. */
@NullMarked
package dev.sallyport.rig;

import org.jspecify.annotations.NullMarked;
