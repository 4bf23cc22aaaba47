/** The way to the target databases: their passwords, their sockets, their certificates. */
@NullMarked
package dev.sallyport.proxy.targets;

import org.jspecify.annotations.NullMarked;
