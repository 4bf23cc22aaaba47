package dev.sallyport.cli.dbroles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Table;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sally jobs}. */
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists jobs, the youngest first, and follows, ends or repeats one of them.",
        subcommands = {
            JobsCommand.Get.class,
            JobsCommand.Watch.class,
            JobsCommand.Plan.class,
            JobsCommand.Cancel.class,
            JobsCommand.Retry.class
        },
        footer = {
            "",
            "Examples:",
            "  sally jobs",
            "  sally jobs --status failed --kind provision --limit 10",
            "  sally jobs --instance orders",
            "  sally jobs watch job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE",
            "  sally jobs retry job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"
        })
public final class JobsCommand implements Callable<Integer> {

    @Option(names = "--status", paramLabel = "PHASE", description = "running, failed or completed")
    private @Nullable String status;

    @Option(names = "--kind", paramLabel = "KIND", description = "provision, plan or deprovision")
    private @Nullable String kind;

    @Option(names = "--instance", paramLabel = "INSTANCE", description = "ARN or identifier of the instance")
    private @Nullable String instance;

    @Option(names = "--prefix", paramLabel = "NAME", description = "of the connections")
    private @Nullable String prefix;

    @Option(names = "--agent", paramLabel = "AGENT", description = "name or id of the agent")
    private @Nullable String agent;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many, from 1 (default: 20)")
    private int limit = 20;

    @Option(names = "--all", description = "all of them")
    private boolean all;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Api api = access.api();
        if (limit < 1) {
            throw new CommandFailure(ExitCode.FAILED, "--limit " + limit + " shows nothing; it is 1 or more");
        }
        Api.Listed jobs = api.list("/api/dbroles/jobs", filters(api), all ? Integer.MAX_VALUE : limit);
        if (output.json()) {
            Output.print(Map.of("items", jobs.items()));
            return ExitCode.OK.number();
        }
        if (jobs.items().isEmpty()) {
            System.out.println("No jobs. `sally provision INSTANCE` makes one.");
            return ExitCode.OK.number();
        }
        table(jobs.items()).print(System.out);
        if (jobs.more()) {
            System.out.println("There are more: --limit " + 2L * limit + ", or --all.");
        }
        return ExitCode.OK.number();
    }

    private String filters(Api api) {
        return Api.filter("status", status)
                + Api.filter("kind", kind)
                + Api.filter("prefix", prefix)
                + Api.filter(
                        "arn",
                        instance == null
                                ? null
                                : new FoundInstances(api).named(instance).toString())
                + Api.filter("agent_id", agent == null ? null : new JobApi(api).agent(agent));
    }

    private static Table table(List<JsonNode> jobs) {
        Instant now = Clock.systemUTC().instant();
        Table table = new Table("JOB", "KIND", "INSTANCE", "STATUS", "STARTED", "TOOK", "MESSAGE");
        for (JsonNode item : jobs) {
            Job job = Output.read(item, Job.class);
            table.row(
                    job.id(),
                    kind(job),
                    JobLines.instance(job),
                    job.status().phase().label(),
                    Table.seconds(EventJson.write(job.createdAt())),
                    JobLines.took(job.createdAt(), job.completedAt(), now),
                    job.status().message());
        }
        return table;
    }

    private static String kind(Job job) {
        List<String> steps = job.steps().stream().map(Job.Step::name).toList();
        if (steps.contains("plan")) {
            return "plan";
        }
        return steps.contains("remove-roles") ? "deprovision" : "provision";
    }

    /** What the commands about one job have in common. */
    abstract static class OneJob implements Callable<Integer> {

        @Parameters(paramLabel = "JOB", description = "its id")
        private String id = "";

        @Mixin
        private final ApiAccess access = new ApiAccess();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            return act(new JobApi(access.api()), id, output);
        }

        abstract int act(JobApi jobs, String id, Output output);

        /** Prints the job as it is. */
        static int show(Job job, Output output) {
            if (output.json()) {
                Output.print(job);
            } else {
                JobLines.of(job, Clock.systemUTC().instant()).forEach(System.out::println);
            }
            return (job.status().phase() == Phase.FAILED ? ExitCode.FAILED : ExitCode.OK).number();
        }

        /** Follows the job to its end. */
        static int follow(JobApi jobs, String id, Output output) {
            List<Job> ended = new Orders(jobs, output.json()).watch(List.of(id));
            if (output.json()) {
                Output.print(ended.getFirst());
            }
            return Orders.exitCode(ended);
        }
    }

    /** {@code sally jobs get}. */
    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Shows one job and its steps. Exit code 1 when it failed.",
            footer = {"", "Example:", "  sally jobs get job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE --output json"})
    static final class Get extends OneJob {
        @Override
        int act(JobApi jobs, String id, Output output) {
            return show(jobs.job(id), output);
        }
    }

    /** {@code sally jobs watch}. */
    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = "Follows a job to its end. Exit code 1 when it failed.",
            footer = {"", "Example:", "  sally jobs watch job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"})
    static final class Watch extends OneJob {
        @Override
        int act(JobApi jobs, String id, Output output) {
            return follow(jobs, id, output);
        }
    }

    /** {@code sally jobs plan}. */
    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = "Shows the plan that a planning job made.",
            footer = {"", "Example:", "  sally jobs plan job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"})
    static final class Plan extends OneJob {
        @Override
        int act(JobApi jobs, String id, Output output) {
            if (output.json()) {
                Output.print(jobs.plan(id));
            } else {
                PlanLines.of(JobLines.instance(jobs.job(id)), jobs.plan(id)).forEach(System.out::println);
            }
            return ExitCode.OK.number();
        }
    }

    /** {@code sally jobs cancel}. */
    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Ends a job behind the step that is under way; what was done stays done.",
            footer = {"", "Example:", "  sally jobs cancel job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"})
    static final class Cancel extends OneJob {
        @Override
        int act(JobApi jobs, String id, Output output) {
            show(jobs.cancel(id), output);
            return ExitCode.OK.number();
        }
    }

    /** {@code sally jobs retry}. */
    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Orders again what failed, as a new job, and follows it to its end.",
            footer = {"", "Example:", "  sally jobs retry job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE"})
    static final class Retry extends OneJob {

        /** What becomes of a job whose agent is away, in the API's words. */
        enum WhenOffline {
            wait,
            fail
        }

        @Option(
                names = "--when-agent-offline",
                paramLabel = "wait|fail",
                defaultValue = "fail",
                description = "let the job wait for an agent that is away, or refuse it (default: fail)")
        private WhenOffline whenAgentOffline = WhenOffline.fail;

        @Override
        int act(JobApi jobs, String id, Output output) {
            return follow(jobs, jobs.retry(id, whenAgentOffline.name()), output);
        }
    }
}
