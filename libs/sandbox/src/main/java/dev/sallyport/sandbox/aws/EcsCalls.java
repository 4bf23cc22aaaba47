package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.aws.session.EcsTask;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.List;
import java.util.Optional;

/** ECS: ListTasks and DescribeTasks (ECS API reference, 2014-11-13; JSON 1.1). */
final class EcsCalls extends JsonProtocol {

    private final Cloud cloud;

    EcsCalls(Cloud cloud) {
        super("AmazonEC2ContainerServiceV20141113.", "ThrottlingException");
        this.cloud = cloud;
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        JsonNode input = parse(request);
        return switch (action(request)) {
            case "ListTasks" -> list(caller, input);
            case "DescribeTasks" -> describe(caller, input);
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    private List<EcsTask> tasks(Caller caller, JsonNode input) {
        String named = input.path("cluster").asText("default");
        String cluster = named.substring(named.lastIndexOf('/') + 1);
        List<EcsTask> tasks = cloud.sessionManager().tasks().stream()
                .filter(task -> task.accountId().equals(caller.accountId())
                        && task.region().equals(caller.region())
                        && task.cluster().equals(cluster))
                .toList();
        if (tasks.isEmpty()) {
            throw new AwsError(400, "ClusterNotFoundException", "Cluster not found.");
        }
        return tasks;
    }

    private String list(Caller caller, JsonNode input) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode arns = answer.putArray("taskArns");
        tasks(caller, input).forEach(task -> arns.add(task.arn()));
        return answer.toString();
    }

    private String describe(Caller caller, JsonNode input) {
        List<EcsTask> tasks = tasks(caller, input);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode found = answer.putArray("tasks");
        ArrayNode missing = answer.putArray("failures");
        for (JsonNode asked : input.path("tasks")) {
            Optional<EcsTask> task = tasks.stream()
                    .filter(one ->
                            one.arn().equals(asked.asText()) || one.taskId().equals(asked.asText()))
                    .findFirst();
            if (task.isPresent()) {
                describe(task.get(), found.addObject());
            } else {
                missing.addObject().put("arn", asked.asText()).put("reason", "MISSING");
            }
        }
        return answer.toString();
    }

    private static void describe(EcsTask task, ObjectNode into) {
        into.put("taskArn", task.arn())
                .put(
                        "clusterArn",
                        "arn:aws:ecs:" + task.region() + ":" + task.accountId() + ":cluster/" + task.cluster())
                .put("lastStatus", "RUNNING")
                .put("desiredStatus", "RUNNING")
                .put("enableExecuteCommand", true);
        ObjectNode container = into.putArray("containers").addObject();
        container.put("name", "db-proxy").put("runtimeId", task.runtimeId()).put("lastStatus", "RUNNING");
        container
                .putArray("managedAgents")
                .addObject()
                .put("name", "ExecuteCommandAgent")
                .put("lastStatus", "RUNNING");
        ArrayNode tags = into.putArray("tags");
        task.tags().forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    }
}
