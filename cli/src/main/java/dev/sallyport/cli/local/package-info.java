/**
 * The stack on one machine: its parts as processes that outlive the command that started them.
 *
 * <pre>
 * up ──▶ Stack ──▶ neighbours (PostgreSQL, Kafka, targets, stand-ins) ──▶ services, side by side ──▶ ready
 *                     each: a folder, a port, a pid file, a log
 * </pre>
 */
@NullMarked
package dev.sallyport.cli.local;

import org.jspecify.annotations.NullMarked;
