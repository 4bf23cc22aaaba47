/** The node as an application: its settings, its start and end, its health, figures and heartbeats. */
@NullMarked
package dev.sallyport.proxy.node;

import org.jspecify.annotations.NullMarked;
