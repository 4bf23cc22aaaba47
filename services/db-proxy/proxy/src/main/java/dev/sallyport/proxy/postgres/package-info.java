/**
 * PostgreSQL's clients and targets.
 *
 * <pre>
 *  client                        proxy                                     target
 *    │── SSLRequest ───────────────▶│                                         │
 *    │◀─ S, TLS ───────────────────▶│                                         │
 *    │── StartupMessage ───────────▶│ the grant of this user                  │
 *    │◀─ SCRAM-SHA-256 ────────────▶│ by the grant's verifier                 │
 *    │◀─ AuthenticationOk ──────────│── SSLRequest, TLS, StartupMessage ─────▶│  the grant's database user
 *    │                              │◀─ SCRAM-SHA-256, MD5, password ────────▶│
 *    │◀─ ParameterStatus … ─────────│◀─ ParameterStatus … BackendKeyData ─────│
 *    │◀─ BackendKeyData (our key) ──│ the session is recorded as opened       │
 *    │◀─ ReadyForQuery ─────────────│◀─ ReadyForQuery ────────────────────────│
 *    │── Query … ──────────────────▶│ the intent is journaled ───────────────▶│
 *    │◀─ rows, CommandComplete … ───│ the outcome is journaled ◀──────────────│
 *
 *  another connection: CancelRequest (our key) ──▶ the session with this key ──▶ CancelRequest (the target's key)
 * </pre>
 *
 * <p>Start reading at {@link dev.sallyport.proxy.postgres.PostgresConnection}.
 */
@NullMarked
package dev.sallyport.proxy.postgres;

import org.jspecify.annotations.NullMarked;
