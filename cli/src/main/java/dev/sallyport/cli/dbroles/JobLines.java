package dev.sallyport.cli.dbroles;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.Job.Step;
import dev.sallyport.contracts.dbroles.Job.StepStatus;
import dev.sallyport.kernel.RdsArn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a job reads in a terminal. */
final class JobLines {

    /** The job with its steps, a line each. */
    static List<String> of(Job job, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(headline(job, now));
        job.steps().forEach(step -> lines.add("  " + step(step, now)));
        return lines;
    }

    /** {@code orders  job_…  completed  3.2 s}, and what there is to say. */
    static String headline(Job job, Instant now) {
        String message = job.status().message();
        return (instance(job) + "  " + job.id() + "  " + job.status().phase().label() + "  "
                        + took(job.createdAt(), job.completedAt(), now) + (message.isEmpty() ? "" : "  " + message))
                .stripTrailing();
    }

    /** {@code ✓ network  0.3 s  what was done}. */
    static String step(Step step, Instant now) {
        return String.format(
                        Locale.ROOT,
                        "%s %-19s %8s  %s",
                        mark(step.status()),
                        step.name(),
                        took(step.startedAt(), step.completedAt(), now),
                        step.message())
                .stripTrailing();
    }

    /** The instance's identifier. */
    static String instance(Job job) {
        return RdsArn.parse(job.spec().dbArn()).identifier();
    }

    static boolean ended(Job job) {
        return job.status().phase() != Phase.RUNNING;
    }

    /** {@code 3.2 s}, {@code 4 min 10 s}; empty before the beginning. */
    static String took(@Nullable Instant began, @Nullable Instant ended, Instant now) {
        if (began == null) {
            return "";
        }
        Duration took = Duration.between(began, ended == null ? now : ended);
        if (took.isNegative()) {
            took = Duration.ZERO;
        }
        return took.toMinutes() < 1
                ? String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0)
                : took.toMinutes() + " min " + took.toSecondsPart() + " s";
    }

    private static String mark(StepStatus status) {
        return switch (status) {
            case PENDING -> "·";
            case RUNNING -> "…";
            case FAILED -> "✗";
            case COMPLETED -> "✓";
            case SKIPPED -> "-";
        };
    }

    private JobLines() {}
}
