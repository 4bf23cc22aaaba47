package dev.sallyport.cli.dbroles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sally drift}. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what has changed in instances since their roles were made, as what would undo it.",
            "Changes nothing. Exit code 1 when something has changed."
        },
        footer = {
            "",
            "Examples:",
            "  sally drift orders",
            "  sally drift orders billing --output json | jq '.[] | select(.in_sync | not) | .db_arn'",
            "  sally provision orders        puts it right"
        })
public final class DriftCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "INSTANCE", description = "ARN or identifier of the instance")
    private List<String> instances = List.of();

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        JobApi jobs = new JobApi(access.api());
        List<JsonNode> reports = new ArrayList<>();
        for (RdsArn instance : new FoundInstances(jobs.api()).named(instances)) {
            JsonNode report = report(jobs, instance);
            reports.add(report);
            if (!output.json()) {
                lines(instance, report).forEach(System.out::println);
            }
        }
        if (output.json()) {
            Output.print(reports);
        }
        boolean inSync =
                reports.stream().allMatch(report -> report.path("in_sync").asBoolean());
        return (inSync ? ExitCode.OK : ExitCode.FAILED).number();
    }

    /** Asks until the report is there: each call waits for a while itself. */
    private static JsonNode report(JobApi jobs, RdsArn instance) {
        String what = "drift";
        while (true) {
            Api.Answer answer = jobs.report(instance, what);
            JsonNode body = Api.expectSuccess("drift of " + instance, answer);
            if (answer.status() != 202) {
                return body;
            }
            what = "drift?job_id=" + body.path("job_id").asText();
        }
    }

    private static List<String> lines(RdsArn instance, JsonNode report) {
        List<String> lines = new ArrayList<>();
        List<JobPlan.Change> changes = new ArrayList<>();
        for (JsonNode change : report.path("changes")) {
            changes.add(Output.read(change, JobPlan.Change.class));
        }
        int omitted = report.path("omitted").asInt();
        lines.add(instance.identifier() + ": "
                + (report.path("in_sync").asBoolean()
                        ? "as it was made"
                        : "has changed; " + PlanLines.count(changes.size() + omitted, "statement")
                                + " would put it right"));
        lines.addAll(PlanLines.changes(changes));
        if (omitted > 0) {
            lines.add("  and " + omitted + " more");
        }
        report.path("notes").forEach(note -> lines.add("  note: " + note.asText()));
        return lines;
    }
}
