/**
 * The MySQL client/server protocol, as far as an auditing proxy needs it. It knows Netty buffers and nothing else.
 *
 * <pre>
 *  client                       Sallyport                                   target
 *    │ ◀──────────── {@link dev.sallyport.mywire.Greeting} │                        │
 *    │ SSLRequest ⇒ TLS              │                                        │
 *    │ {@link dev.sallyport.mywire.LoginRequest} ──▶ {@link dev.sallyport.mywire.PasswordProof}                    │
 *    │                               │ {@link dev.sallyport.mywire.TargetLogin} ◀── greeting, TLS, login ──▶ │
 *    │ ◀───────────────────────── OK │                                        │
 *    │ command ─▶ {@link dev.sallyport.mywire.Conversation}: journaled, forwarded ────────────────▶ │
 *    │ ◀──────────── passed on by reference, counted ──────────────── response │
 * </pre>
 *
 * <p>Audited as statements are the commands that have the server do something with data, the same that its general log names:
 * {@code COM_QUERY}, {@code COM_STMT_EXECUTE}, {@code COM_STMT_FETCH} (the rows of a cursor), {@code COM_INIT_DB} (as
 * {@code USE}), {@code COM_FIELD_LIST} (as {@code SHOW COLUMNS}), {@code COM_PROCESS_KILL} (as {@code KILL}),
 * {@code COM_PROCESS_INFO} (as {@code SHOW PROCESSLIST}), and {@code COM_STMT_PREPARE} when it fails. Passed on unaudited:
 * {@code COM_PING}, {@code COM_STATISTICS}, {@code COM_SET_OPTION}, {@code COM_RESET_CONNECTION}, {@code COM_STMT_RESET},
 * {@code COM_STMT_CLOSE}, {@code COM_STMT_SEND_LONG_DATA} (its data becomes a parameter of the execution) and
 * {@code COM_QUIT}. Everything else, {@code COM_CHANGE_USER} and replication included, is answered with an ERR and never
 * reaches the target.
 *
 * <p>{@code LOAD DATA LOCAL INFILE} is a matter of {@link dev.sallyport.mywire.Capabilities}. Where local files are not offered
 * they are not claimed to the target either, so it answers such a statement with an error of its own; one that asks for a file
 * all the same gets an empty one. Where they are, what the target asks for is told before the client hears of it.
 *
 * <p>Query attributes go to the target as they came, and are told as parameters with names.
 */
@NullMarked
package dev.sallyport.mywire;

import org.jspecify.annotations.NullMarked;
