/**
 * A job, from command to result. Each transition is stored, with the view that goes out about it, in one
 * transaction; whoever finds an unfinished job whose instance nobody works on takes it up where it stands.
 *
 * <pre>
 *   command ──▶ Waiting(preflight) ──▶ Running(step) ──done──▶ Running(next) … ──▶ Completed
 *                      ▲                  │      │
 *                      └──── passing ─────┘      └── for good, or too often ──▶ Failed
 * </pre>
 *
 * <p>Somebody may cancel it: a step under way is done first, then it is {@code Cancelled}. {@link
 * dev.sallyport.provisioner.job.JobKind} says which steps there are.
 */
@NullMarked
package dev.sallyport.provisioner.job;

import org.jspecify.annotations.NullMarked;
