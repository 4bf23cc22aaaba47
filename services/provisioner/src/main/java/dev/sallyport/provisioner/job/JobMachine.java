package dev.sallyport.provisioner.job;

import java.time.Instant;

/** Decides what becomes of a job. Knows no clock, no database and no AWS. */
final class JobMachine {

    /** A new job. */
    static JobState begin(Instant now) {
        return new JobState.Waiting(Step.PREFLIGHT, 1, now);
    }

    /**
     * The state after {@code event}; the same state when there is nothing to do (yet).
     *
     * @throws IllegalStateException when a step ends that was not running: two worked on one job
     */
    static JobState decide(JobKind kind, JobState state, JobEvent event, RetryPolicy policy, Instant now) {
        return switch (event) {
            case JobEvent.TakenUp up -> takenUp(state, now);
            case JobEvent.Blocked blocked -> blocked(state, now.plus(blocked.pause()));
            case JobEvent.StepDone done -> {
                JobState.Running running = running(state, event);
                yield kind.after(running.step())
                        .<JobState>map(next -> new JobState.Running(next, 1))
                        .orElseGet(JobState.Completed::new);
            }
            case JobEvent.StepFailed failed -> failed(running(state, event), failed, policy, now);
            case JobEvent.CancelAsked cancel -> cancelled(state, cancel.by());
        };
    }

    private static JobState takenUp(JobState state, Instant now) {
        return switch (state) {
            case JobState.Waiting waiting
            when !now.isBefore(waiting.notBefore()) -> new JobState.Running(waiting.step(), waiting.attempt());
            case JobState.Waiting waiting -> waiting;
            // Its process died in the middle; every step is safe to repeat.
            case JobState.Running running -> running;
            case JobState.Completed completed -> completed;
            case JobState.Failed failed -> failed;
            case JobState.Cancelled cancelled -> cancelled;
        };
    }

    /** No attempt is used up. */
    private static JobState blocked(JobState state, Instant until) {
        return switch (state) {
            case JobState.Waiting waiting -> new JobState.Waiting(waiting.step(), waiting.attempt(), until);
            case JobState.Running running -> new JobState.Waiting(running.step(), running.attempt(), until);
            case JobState.Completed completed -> completed;
            case JobState.Failed failed -> failed;
            case JobState.Cancelled cancelled -> cancelled;
        };
    }

    /** What ended stays as it ended. */
    private static JobState cancelled(JobState state, String by) {
        return switch (state) {
            case JobState.Waiting waiting -> new JobState.Cancelled(waiting.step(), by);
            case JobState.Running running -> new JobState.Cancelled(running.step(), by);
            case JobState.Completed completed -> completed;
            case JobState.Failed failed -> failed;
            case JobState.Cancelled cancelled -> cancelled;
        };
    }

    private static JobState failed(
            JobState.Running running, JobEvent.StepFailed failed, RetryPolicy policy, Instant now) {
        if (!failed.passing()) {
            return new JobState.Failed(running.step(), failed.message());
        }
        if (running.attempt() >= policy.attempts()) {
            return new JobState.Failed(
                    running.step(), failed.message() + " (given up after " + running.attempt() + " attempts)");
        }
        return new JobState.Waiting(
                running.step(), running.attempt() + 1, now.plus(policy.pauseAfter(running.attempt())));
    }

    private static JobState.Running running(JobState state, JobEvent event) {
        if (state instanceof JobState.Running running) {
            return running;
        }
        throw new IllegalStateException(event.getClass().getSimpleName() + " does not happen to a job that is "
                + state.getClass().getSimpleName());
    }

    private JobMachine() {}
}
