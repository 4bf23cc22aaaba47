/**
 * Spans of OpenTelemetry, off unless the SDK is switched on. They hold no text of a statement and no parameter: the audit has
 * those, and a span says by session and sequence where.
 *
 * <pre>
 *  session      client accepted ───────────────────────────────────────────────▶ closed
 *    login        first word ─ grant ─ proof ─ password ─ connect ─▶ let in, or refused
 *    SELECT orders                                                ready ──▶ outcome     (… linked to the trace of its comment)
 * </pre>
 *
 * <p>Start at {@link dev.sallyport.proxy.tracing.Tracing}. Names and attributes follow the Semantic Conventions for Database Client
 * Spans, 1.37.
 */
@NullMarked
package dev.sallyport.proxy.tracing;

import org.jspecify.annotations.NullMarked;
