package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Secrets Manager: CreateSecret, PutSecretValue, GetSecretValue, DescribeSecret (Secrets Manager API reference, 2017-10-17; JSON 1.1). */
final class SecretsManagerCalls extends JsonProtocol {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}");
    private static final int LONGEST_TEXT = 65_536;
    private static final Set<String> CREATED_WITH = Set.of("Name", "ClientRequestToken", "SecretString", "Description");
    private static final Set<String> PUT_WITH = Set.of("SecretId", "ClientRequestToken", "SecretString");

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
            case "CreateSecret" -> create(caller, input);
            case "PutSecretValue" -> put(caller, input);
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    private String create(Caller caller, JsonNode input) {
        String name = input.path("Name").asText("");
        if (!NAME.matcher(name).matches()) {
            throw invalid(
                    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
        }
        known(input, CREATED_WITH);
        String token = token(input);
        String text = text(input);
        synchronized (cloud.secrets()) {
            Optional<StoredSecrets.Stored> before = cloud.secrets().find(caller, name);
            if (before.isPresent()) {
                // The same call again is no mistake.
                if (text.equals(before.get().values().get(token))) {
                    return named(before.get()).put("VersionId", token).toString();
                }
                throw new AwsError(
                        400,
                        "ResourceExistsException",
                        "The operation failed because the secret " + name + " already exists.");
            }
            String arn = cloud.secrets().create(caller.accountId(), caller.region(), name, "", token, text);
            return JSON.createObjectNode()
                    .put("ARN", arn)
                    .put("Name", name)
                    .put("VersionId", token)
                    .toString();
        }
    }

    private String put(Caller caller, JsonNode input) {
        known(input, PUT_WITH);
        String token = token(input);
        String text = text(input);
        synchronized (cloud.secrets()) {
            StoredSecrets.Stored secret = find(caller, input);
            String before = secret.values().get(token);
            if (before != null && !before.equals(text)) {
                throw new AwsError(
                        400, "ResourceExistsException", "A resource with the ID you requested already exists.");
            }
            if (before == null) {
                cloud.secrets().replace(secret.arn(), token, text);
            }
            ObjectNode answer = named(secret).put("VersionId", token);
            answer.putArray("VersionStages").add(StoredSecrets.CURRENT);
            return answer.toString();
        }
    }

    /** The SDKs make one when the caller does not. */
    private static String token(JsonNode input) {
        String token = input.path("ClientRequestToken").asText("");
        if (token.length() < 32 || token.length() > 64) {
            throw invalid("You must provide a ClientRequestToken value. We recommend a UUID-type value.");
        }
        return token;
    }

    private static String text(JsonNode input) {
        String text = input.path("SecretString").asText("");
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            throw invalid("You must provide a SecretString of at most " + LONGEST_TEXT + " bytes.");
        }
        return text;
    }

    /** What we do not keep we do not take. */
    private static void known(JsonNode input, Set<String> fields) {
        input.fieldNames().forEachRemaining(field -> {
            if (!fields.contains(field)) {
                throw invalid("this stand-in does not know " + field);
            }
        });
    }

    private static AwsError invalid(String message) {
        return new AwsError(400, "InvalidParameterException", message);
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
