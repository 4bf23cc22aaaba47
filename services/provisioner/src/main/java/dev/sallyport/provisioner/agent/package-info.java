/** Tells the api that this agent is alive. */
@NullMarked
package dev.sallyport.provisioner.agent;

import org.jspecify.annotations.NullMarked;
