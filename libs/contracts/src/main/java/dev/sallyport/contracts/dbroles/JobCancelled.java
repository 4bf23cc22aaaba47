package dev.sallyport.contracts.dbroles;

import dev.sallyport.kernel.JobId;
import java.time.Instant;

/**
 * Command: end a job. A step that is under way is done first, for none may be left in the middle; a job that ended already
 * stays as it is.
 *
 * @param requestedBy the subject of the person who asked
 */
public record JobCancelled(JobId jobId, String requestedBy, Instant requestedAt) {}
