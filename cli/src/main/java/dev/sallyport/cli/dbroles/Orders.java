package dev.sallyport.cli.dbroles;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Terminal;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.JobPlan;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Places orders, one per instance, and follows their jobs side by side. */
final class Orders {

    private final JobApi jobs;
    private final boolean quiet;

    /** @param quiet whether nothing is printed on the way: the caller prints what came of it */
    Orders(JobApi jobs, boolean quiet) {
        this.jobs = jobs;
        this.quiet = quiet;
    }

    /** A plan and the job that made it; the job has failed when there is no plan. */
    record Planned(Job job, List<JobPlan> plan) {}

    /** Places all, even when one is refused, and waits until those that were taken have ended. */
    List<Job> run(List<Map<String, Object>> orders) {
        List<String> ids = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (Map<String, Object> order : orders) {
            try {
                ids.add(jobs.place(order));
            } catch (CommandFailure refused) {
                refusals.add(arn(order) + ": " + refused.getMessage());
            }
        }
        List<Job> ended = ids.isEmpty() ? List.of() : watch(ids);
        if (!refusals.isEmpty()) {
            throw new CommandFailure(ExitCode.REFUSED, String.join(System.lineSeparator(), refusals));
        }
        return ended;
    }

    /** What each order would change, by its place in the list. */
    List<Planned> plan(List<Map<String, Object>> orders) {
        List<Map<String, Object>> dry = orders.stream()
                .map(order -> {
                    Map<String, Object> copy = new LinkedHashMap<>(order);
                    copy.put("dry_run", true);
                    return copy;
                })
                .toList();
        return run(dry).stream().map(this::planned).toList();
    }

    Planned planned(Job job) {
        boolean made = job.status().phase() == Phase.COMPLETED;
        return new Planned(job, made ? List.of(jobs.plan(job.id().value())) : List.of());
    }

    /** Follows jobs that were placed. */
    List<Job> watch(List<String> ids) {
        PrintStream out = quiet ? new PrintStream(OutputStream.nullOutputStream()) : System.out;
        return new JobWatch(jobs, out, !quiet && Terminal.interactive(), Clock.systemUTC()).untilEnded(ids);
    }

    /** 1 when one failed. */
    static int exitCode(List<Job> ended) {
        boolean well = ended.stream().allMatch(job -> job.status().phase() == Phase.COMPLETED);
        return (well ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private static String arn(Map<String, Object> order) {
        return order.get("aws") instanceof Map<?, ?> aws ? String.valueOf(aws.get("instance_arn")) : "";
    }
}
