/** Agents: known and alive by their heartbeats. */
@NullMarked
package dev.sallyport.api.agents;

import org.jspecify.annotations.NullMarked;
