/**
 * A provisioning job, from command to result. Each transition is stored, with the view that goes out about it, in one
 * transaction; whoever finds an unfinished job whose instance nobody works on takes it up where it stands.
 *
 * <pre>
 *   command ──▶ Waiting(preflight) ──▶ Running(step) ──done──▶ Running(next) … ──▶ Completed
 *                      ▲                  │      │
 *                      └──── passing ─────┘      └── for good, or too often ──▶ Failed
 * </pre>
 */
@NullMarked
package dev.sallyport.provisioner.job;

import org.jspecify.annotations.NullMarked;
