/**
 * What is recorded of one session. A statement's intent is in the journal before the statement is forwarded:
 *
 * <pre>
 *  session.begin(kind) ─▶ sql(piece)… ─▶ parameter(…)… ─▶ ready() ─▶ forwarded ─▶ end(Ok | Failed | Skipped | Unknown)
 *                              └─ abandon(): never forwarded whole, no event
 * </pre>
 */
@NullMarked
package dev.sallyport.proxy.audit;

import org.jspecify.annotations.NullMarked;
