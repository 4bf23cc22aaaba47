/**
 * The terms on which access is had, and what they are for:
 *
 * <pre>
 *  target or selector, role ──availability──▶ workflow: how long, with which reason, approved by whom
 * </pre>
 *
 * Where several workflows are available for one entitlement, that with the lowest {@code priority} counts, then by name. While nothing
 * at all was made available, everything is, by the built-in workflow {@code default}.
 */
@NullMarked
package dev.sallyport.api.workflows;

import org.jspecify.annotations.NullMarked;
