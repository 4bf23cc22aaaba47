/**
 * Just-in-time access: what people may ask for, what they asked for, what others decided, and the grants that follow.
 *
 * <pre>
 *  request:  requested ─approve─▶ approved        grant:  approved ─▶ activating ─▶ active ─close─▶ closing ─▶ closed
 *                └─────deny────▶ denied                       └──────────┴─▶ failed ──────close──────┘
 * </pre>
 *
 * The grant-broker owns a grant's life; the api keeps its newest word. Start reading at {@code Ensure}.
 */
@NullMarked
package dev.sallyport.api.access;

import org.jspecify.annotations.NullMarked;
