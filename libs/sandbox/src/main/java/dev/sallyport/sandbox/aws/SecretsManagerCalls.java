package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.Map;

/** Secrets Manager: GetSecretValue, DescribeSecret (Secrets Manager API reference, 2017-10-17; JSON 1.1). */
final class SecretsManagerCalls extends JsonProtocol {

    private final Cloud cloud;

    SecretsManagerCalls(Cloud cloud) {
        super("secretsmanager.", "ThrottlingException");
        this.cloud = cloud;
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        JsonNode input = parse(request);
        return switch (action(request)) {
            case "GetSecretValue" -> value(caller, input);
            case "DescribeSecret" -> describe(caller, input);
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    private String value(Caller caller, JsonNode input) {
        StoredSecrets.Stored secret = find(caller, input);
        String stage = input.path("VersionStage").asText(StoredSecrets.CURRENT);
        String version = secret.version(stage)
                .orElseThrow(() ->
                        notFound("Secrets Manager can't find the specified secret value for staging label: " + stage));
        ObjectNode answer = named(secret);
        answer.put("VersionId", version);
        answer.put("SecretString", secret.values().get(version));
        ArrayNode stages = answer.putArray("VersionStages");
        secret.stages().forEach((label, id) -> {
            if (id.equals(version)) {
                stages.add(label);
            }
        });
        return answer.toString();
    }

    private String describe(Caller caller, JsonNode input) {
        StoredSecrets.Stored secret = find(caller, input);
        ObjectNode answer = named(secret);
        if (!secret.owner().isEmpty()) {
            answer.put("OwningService", secret.owner()).put("RotationEnabled", true);
        }
        ObjectNode versions = answer.putObject("VersionIdsToStages");
        for (Map.Entry<String, String> stage : secret.stages().entrySet()) {
            versions.withArray(stage.getValue()).add(stage.getKey());
        }
        return answer.toString();
    }

    private static ObjectNode named(StoredSecrets.Stored secret) {
        return JSON.createObjectNode().put("ARN", secret.arn()).put("Name", secret.name());
    }

    private StoredSecrets.Stored find(Caller caller, JsonNode input) {
        String id = input.path("SecretId").asText("");
        if (id.isEmpty()) {
            throw new AwsError(
                    400, "InvalidParameterException", "You must provide a value for the SecretId parameter.");
        }
        return cloud.secrets()
                .find(caller, id)
                .orElseThrow(() -> notFound("Secrets Manager can't find the specified secret."));
    }

    private static AwsError notFound(String message) {
        return new AwsError(400, "ResourceNotFoundException", message);
    }
}
