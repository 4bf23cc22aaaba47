/**
 * MySQL and MariaDB through the proxy.
 *
 * <pre>
 *  client            ClientEnd        MySqlConnection          TargetEnd            target
 *    │ ◀─ greeting ───── │                    │                     │                 │
 *    │ ── TLS, login ──▶ │ ── login ────────▶ │ grant, proof, admit │                 │
 *    │                   │                    │ ── password, connect, TLS, log in ──▶ │
 *    │ ◀───────── OK ─── │ ◀───────────────── │ ◀──── logged in ─── │ ◀────────── OK  │
 *    │ ── commands ────▶ │ ── Conversation ─▶ │ journaled, then ──▶ │ ──────────────▶ │
 *    │ ◀──────────────── │ ◀───────────────── │ ◀────────────────── │ ◀── responses   │
 * </pre>
 *
 * <p>The grant is for one database. The session starts in it, and {@code COM_INIT_DB} to another is refused here with 1044.
 * SQL that names another database ({@code USE other}, {@code SELECT … FROM other.t}) goes to the target, where the privileges
 * of the grant's database user decide, and is audited like any other.
 *
 * <p>The greeting comes before the login, so before the target is known: {@link dev.sallyport.proxy.mysql.Dialects} says what
 * it holds. Its connection id is the proxy's own, {@code SELECT CONNECTION_ID()} tells the target's, and {@code KILL} takes
 * either of one's own connections on this node ({@link dev.sallyport.proxy.mysql.ConnectionIds}). A {@code KILL} that is hidden
 * in a longer text, a preparation or a routine goes to the target as any SQL does, and may do there what the privileges of the
 * database user allow: end a connection of that user.
 */
@NullMarked
package dev.sallyport.proxy.mysql;

import org.jspecify.annotations.NullMarked;
