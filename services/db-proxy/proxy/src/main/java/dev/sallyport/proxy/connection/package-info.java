/**
 * Connections of clients, from the accept to the close. Everything of one connection runs on one event loop.
 *
 * <pre>
 *  accepted ──Protocol.accept──▶ handshake ──admit──▶ admitted ──open──▶ session ──close(cause)──▶ closed
 *                                   │ deadline          │                  │ grant ended, expired, drained, idle
 *                                   └──────────── ConnectionHandler.end(cause) ─────────────▶ close(cause)
 * </pre>
 */
@NullMarked
package dev.sallyport.proxy.connection;

import org.jspecify.annotations.NullMarked;
