/** Tickets for tunnels: who has an active grant is told which db-proxy to go to, and given a token for it. */
@NullMarked
package dev.sallyport.api.tunnel;

import org.jspecify.annotations.NullMarked;
