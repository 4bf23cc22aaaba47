package dev.sallyport.cli.dbroles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.http.Api;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls about jobs, their answers as records. */
final class JobApi {

    private static final String JOBS = "/api/dbroles/jobs/";
    private static final String INSTANCES = "/api/dbroles/instances/";

    private final Api api;

    JobApi(Api api) {
        this.api = api;
    }

    Api api() {
        return api;
    }

    Job job(String id) {
        return Output.read(api.get(JOBS + id), Job.class);
    }

    JobPlan plan(String id) {
        return Output.read(api.get(JOBS + id + "/plan"), JobPlan.class);
    }

    /** The id of the new job. */
    String place(Map<String, ?> order) {
        return make("/api/dbroles/jobs", order);
    }

    Job cancel(String id) {
        return Output.read(api.post(JOBS + id + "/cancel", Map.of()), Job.class);
    }

    /** @param whenAgentOffline {@code wait} or {@code fail} */
    String retry(String id, String whenAgentOffline) {
        return make(JOBS + id + "/retry?when_agent_offline=" + whenAgentOffline, Map.of());
    }

    private String make(String path, Map<String, ?> body) {
        return Api.expectSuccess(path, api.once(path, body)).path("job_id").asText();
    }

    /** Has the roles taken out; the caller wants to see a refusal. */
    Api.Answer deprovision(RdsArn instance, Map<String, ?> body) {
        return api.once(INSTANCES + instance + "/deprovision", body);
    }

    /** A report on an instance; the caller wants to see a refusal. */
    Api.Answer report(RdsArn instance, String what) {
        return api.exchange("GET", INSTANCES + instance + "/" + what, null);
    }

    /** The provisioner that is called or numbered so; the only one that is there when none is named. */
    String agent(@Nullable String named) {
        List<JsonNode> known = new ArrayList<>();
        api.list("/api/agents", "", Integer.MAX_VALUE).items().forEach(agent -> {
            if (agent.path("kind").asText().equals("provisioner")) {
                known.add(agent);
            }
        });
        List<JsonNode> wanted = known.stream()
                .filter(agent -> named == null
                        ? !agent.path("status").asText().equals("revoked")
                        : named.equals(agent.path("id").asText())
                                || named.equals(agent.path("name").asText()))
                .toList();
        if (wanted.size() == 1) {
            return wanted.getFirst().path("id").asText();
        }
        throw new CommandFailure(ExitCode.FAILED, nobody(named, wanted.isEmpty() ? known : wanted));
    }

    private static String nobody(@Nullable String named, List<JsonNode> candidates) {
        String there = candidates.isEmpty()
                ? "none is there yet"
                : "there are "
                        + String.join(
                                ", ",
                                candidates.stream()
                                        .map(agent -> agent.path("name").asText() + " ("
                                                + agent.path("id").asText() + ", "
                                                + agent.path("status").asText() + ")")
                                        .toList());
        return Optional.ofNullable(named)
                        .map(name -> "not one agent is called '" + name + "': ")
                        .orElse("name the agent with --agent: ")
                + there;
    }
}
