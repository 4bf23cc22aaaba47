/**
 * Tunnels: one connection of a person's machine that carries many of its database connections. Everything of one tunnel, its
 * streams and their targets included, runs on one event loop.
 *
 * <pre>
 *  accepted ─hello─▶ client's token ─▶ verified ─▶ grant live and its grantee's ─▶ open: yamux
 *                        │ refused, with a code                                     │ each stream is a StreamChannel,
 *                        ▼                                                          ▼ served as one that came to a listener
 *                      closed ◀── streams told, going away ── grant ended, drained, silent
 * </pre>
 */
@NullMarked
package dev.sallyport.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
