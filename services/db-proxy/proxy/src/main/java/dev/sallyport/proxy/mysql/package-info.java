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
 * <p>The greeting comes before the login, so before the target is known: its version is a fixed one of MySQL 8.0, the version
 * whose dialect all clients know. Connection ids are the proxy's own in the greeting; {@code SELECT CONNECTION_ID()} and
 * {@code KILL} speak of the target's.
 */
@NullMarked
package dev.sallyport.proxy.mysql;

import org.jspecify.annotations.NullMarked;
