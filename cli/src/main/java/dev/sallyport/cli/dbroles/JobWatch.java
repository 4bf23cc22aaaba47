package dev.sallyport.cli.dbroles;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Step;
import dev.sallyport.contracts.dbroles.Job.StepStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows jobs side by side until all have ended. On a terminal their lines are written over; elsewhere each step is a line of
 * its own when it ended, and each message of a job that waits.
 */
final class JobWatch {

    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int WIDTH = 100;

    private final JobApi jobs;
    private final PrintStream out;
    private final boolean terminal;
    private final InstantSource clock;
    private final Set<String> told = new HashSet<>();
    private int drawn;

    /** @param terminal whether lines of {@code out} can be written over */
    JobWatch(JobApi jobs, PrintStream out, boolean terminal, InstantSource clock) {
        this.jobs = jobs;
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    /** The jobs as they ended, in the order of their ids. */
    List<Job> untilEnded(List<String> ids) {
        Map<String, Job> seen = new HashMap<>();
        while (true) {
            ids.stream()
                    .filter(id -> !seen.containsKey(id) || !JobLines.ended(seen.get(id)))
                    .forEach(id -> seen.put(id, jobs.job(id)));
            List<Job> now = ids.stream().map(seen::get).toList();
            boolean ended = now.stream().allMatch(JobLines::ended);
            show(now, ended);
            if (ended) {
                return now;
            }
            pause();
        }
    }

    private void show(List<Job> jobs, boolean ended) {
        if (terminal) {
            draw(jobs, ended);
        } else {
            int widest = jobs.stream()
                    .mapToInt(job -> JobLines.instance(job).length())
                    .max()
                    .orElse(0);
            jobs.forEach(job -> tell(job, widest));
        }
    }

    /** Over what was drawn before. Only what stays may be longer than a line of the terminal. */
    private void draw(List<Job> jobs, boolean ended) {
        List<String> lines = new ArrayList<>();
        jobs.forEach(job -> lines.addAll(JobLines.of(job, clock.instant())));
        StringBuilder text = new StringBuilder(drawn == 0 ? "" : "\u001b[" + drawn + "A");
        for (String line : lines) {
            text.append("\u001b[2K").append(ended ? line : cut(line)).append('\n');
        }
        out.print(text);
        out.flush();
        drawn = lines.size();
    }

    /** @param widest of the instances' names: all stand in one column */
    private void tell(Job job, int widest) {
        Instant now = clock.instant();
        String name = JobLines.instance(job);
        String column = name + " ".repeat(widest - name.length());
        for (Step step : job.steps()) {
            boolean over = step.status() != StepStatus.PENDING && step.status() != StepStatus.RUNNING;
            if (over && told.add(job.id() + step.name())) {
                out.println(column + "  " + JobLines.step(step, now));
            }
        }
        boolean says = !job.status().message().isEmpty();
        if ((says || JobLines.ended(job)) && told.add(job.id() + job.status().message() + JobLines.ended(job))) {
            out.println(JobLines.headline(job, now));
        }
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted; the jobs go on: `sally jobs` shows them");
        }
    }
}
