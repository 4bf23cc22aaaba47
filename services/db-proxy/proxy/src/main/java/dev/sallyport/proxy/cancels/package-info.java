/**
 * Requests to cancel that came to another node than the one that has the session. The secret is on no topic, a digest of it is;
 * who asks is told nothing, as PostgreSQL has it.
 *
 * <pre>
 *  client ── CancelRequest ──▶ node A: not ours ─▶ {@link dev.sallyport.proxy.cancels.RateLimit} ─▶ {@link dev.sallyport.proxy.cancels.Teller} ─▶ Kafka, kept for a minute
 *                                                                                 │
 *  target ◀── CancelRequest ── node B: ours, still running, not ten seconds late ◀┴▶ node C: not ours
 * </pre>
 *
 * <p>Start at {@link dev.sallyport.proxy.cancels.CancelExchange}. Who may write to the topic can have cancelled what somebody
 * asked to be cancelled while the same session lasts, and nothing else: it is for the proxies alone.
 */
@NullMarked
package dev.sallyport.proxy.cancels;

import org.jspecify.annotations.NullMarked;
