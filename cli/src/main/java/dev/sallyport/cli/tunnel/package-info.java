/**
 * The client's end of a tunnel: a port of this machine that leads to one database, through a db-proxy, for as long as the grant
 * lasts.
 *
 * <pre>
 *  psql ─▶ local port ─┐
 *  psql ─▶             ├─ streams of yamux ─▶ one connection ─▶ carrier (TLS, or Session Manager) ─▶ db-proxy
 *  BI   ─▶             ┘        │ lost: a new ticket, a new carrier, the same tunnel id
 *                               ▼
 *            ended, with a code, when the grant has
 * </pre>
 *
 * <p>Start at {@link dev.sallyport.cli.tunnel.Tunnel}.
 */
@NullMarked
package dev.sallyport.cli.tunnel;

import org.jspecify.annotations.NullMarked;
