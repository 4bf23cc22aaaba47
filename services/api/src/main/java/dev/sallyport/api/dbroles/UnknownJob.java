package dev.sallyport.api.dbroles;

import dev.sallyport.kernel.JobId;

/** Progress of a job that is not ours: we store a job before anybody hears of it, so it will not become known. */
final class UnknownJob extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownJob(JobId id) {
        super("there is no job " + id);
    }
}
