package dev.sallyport.cli.dbroles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sally deprovision}. */
@Command(
        name = "deprovision",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Takes the roles out of an instance, with their secrets, connections and security group.",
            "What the roles own is given to who stays, not dropped.",
            "",
            "It lists what goes and asks for the instance's identifier; scripts give it with --confirm."
        },
        footer = {
            "",
            "Examples:",
            "  sally deprovision orders --plan",
            "  sally deprovision orders",
            "  sally deprovision orders --confirm orders --close-grants"
        })
public final class DeprovisionCommand implements Callable<Integer> {

    @Parameters(paramLabel = "INSTANCE", description = "ARN or identifier of the instance")
    private String instance = "";

    @Option(names = "--confirm", paramLabel = "NAME", description = "the instance's identifier: it is meant")
    private @Nullable String confirm;

    @Option(names = "--plan", description = "only show what would be changed")
    private boolean planOnly;

    @Option(names = "--close-grants", description = "end the access that people have to it now")
    private boolean closeGrants;

    @Option(
            names = "--agent",
            paramLabel = "AGENT",
            description = "name or id of the agent that does it (default: the one that made the roles)")
    private @Nullable String agent;

    @Option(names = "--wait-for-agent", description = "when the agent is away, let the job wait for it")
    private boolean waitForAgent;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        JobApi jobs = new JobApi(access.api());
        RdsArn arn = new FoundInstances(jobs.api()).named(instance);
        Map<String, Object> body = body(jobs);
        Api.Answer answer = jobs.deprovision(arn, body);
        if (answer.code().equals("confirmation_needed") && confirm == null && Terminal.interactive()) {
            going(arn, answer.body()).forEach(System.out::println);
            String typed =
                    Terminal.ask("Type the instance's identifier to go on: ").orElse("");
            if (!typed.equals(arn.identifier())) {
                throw new CommandFailure(ExitCode.FAILED, "that is not its identifier; nothing was changed");
            }
            body.put("confirm", typed);
            answer = jobs.deprovision(arn, body);
        }
        return follow(jobs, accepted(arn, answer));
    }

    private Map<String, Object> body(JobApi jobs) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (confirm != null) {
            body.put("confirm", confirm);
        }
        if (planOnly) {
            body.put("dry_run", true);
        }
        if (closeGrants) {
            body.put("close_grants", true);
        }
        if (agent != null) {
            body.put("agent_id", jobs.agent(agent));
        }
        if (waitForAgent) {
            body.put("when_agent_offline", "wait");
        }
        return body;
    }

    private static String accepted(RdsArn arn, Api.Answer answer) {
        switch (answer.code()) {
            case "confirmation_needed" -> {
                going(arn, answer.body()).forEach(System.err::println);
                throw new CommandFailure(
                        ExitCode.REFUSED, "nothing was changed; if you mean it, add --confirm " + arn.identifier());
            }
            case "grants_active" ->
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        "people have access to it now; add --close-grants to end that first:" + System.lineSeparator()
                                + String.join(System.lineSeparator(), grants(answer.body())));
            default -> {
                return Api.expectSuccess("deprovision " + arn, answer)
                        .path("job_id")
                        .asText();
            }
        }
    }

    private int follow(JobApi jobs, String id) {
        Orders orders = new Orders(jobs, output.json());
        List<Job> ended = orders.watch(List.of(id));
        if (planOnly) {
            PlanCommand.print(ended.stream().map(orders::planned).toList(), output);
        } else if (output.json()) {
            Output.print(ended.getFirst());
        }
        return Orders.exitCode(ended);
    }

    /** What a deprovisioning takes away. */
    private static List<String> going(RdsArn arn, JsonNode body) {
        List<String> lines = new ArrayList<>();
        lines.add("This takes out of " + arn + ":");
        lines.add("  roles        " + joined(body.path("roles")));
        lines.add("  connections  " + joined(body.path("connections")));
        body.path("secrets")
                .forEach(secret ->
                        lines.add("  secret       " + secret.path("secret_id").asText() + " ("
                                + secret.path("provider").asText() + ")"));
        lines.addAll(grants(body));
        return lines;
    }

    private static List<String> grants(JsonNode body) {
        List<String> lines = new ArrayList<>();
        body.path("grants")
                .forEach(grant -> lines.add("  grant        " + grant.path("id").asText() + " of "
                        + grant.path("grantee").asText() + ": "
                        + grant.path("role").asText() + " in "
                        + grant.path("target").asText()));
        return lines;
    }

    private static String joined(JsonNode names) {
        List<String> all = new ArrayList<>();
        names.forEach(name -> all.add(name.asText()));
        return all.isEmpty() ? "none" : String.join(", ", all);
    }
}
