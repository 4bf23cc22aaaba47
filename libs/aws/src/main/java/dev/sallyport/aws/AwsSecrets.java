package dev.sallyport.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of AWS Secrets Manager whose text is a JSON object, as RDS and its consoles write them. They are read anew at each
 * call and kept nowhere. Safe for many threads; calls block.
 */
public final class AwsSecrets {

    /** What references to such secrets name as their provider. */
    public static final String PROVIDER = "aws-secrets-manager";

    private static final String OPERATION = "secretsmanager:GetSecretValue";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ARN =
            Pattern.compile("arn:(?:aws|aws-cn|aws-us-gov):secretsmanager:([a-z0-9-]+):(\\d{12}):secret:.+");

    private final Supplier<AwsAccess> access;

    public AwsSecrets(Supplier<AwsAccess> access) {
        this.access = access;
    }

    /**
     * The fields of the secret's JSON object that are strings or numbers.
     *
     * @param secretId its ARN, or its name in this account and region
     * @throws AwsException when it cannot be read, or is no JSON object; the message holds nothing of it
     */
    public Map<String, Secret> entries(String accountId, String region, String secretId) {
        String text = access.get()
                .calling(
                        accountId,
                        region,
                        OPERATION,
                        clients -> clients.secretsManager()
                                .getSecretValue(request -> request.secretId(secretId))
                                .secretString());
        return parse(secretId, text);
    }

    /**
     * The same, in the account and region that the ARN names.
     *
     * @throws AwsException also for what is no ARN of a secret
     */
    public Map<String, Secret> entries(String secretArn) {
        Matcher parts = ARN.matcher(secretArn);
        if (!parts.matches()) {
            throw invalid("'" + secretArn + "' is not the ARN of a secret");
        }
        return entries(parts.group(2), parts.group(1), secretArn);
    }

    private static Map<String, Secret> parse(String secretId, @Nullable String text) {
        try {
            JsonNode document = JSON.readTree(text == null ? "" : text);
            if (document.isObject()) {
                Map<String, Secret> entries = new HashMap<>();
                document.properties().forEach(field -> {
                    if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                        entries.put(field.getKey(), Secret.of(field.getValue().asText()));
                    }
                });
                return entries;
            }
        } catch (JsonProcessingException e) {
            // Said below, without the cause: it quotes the text.
        }
        throw invalid("the secret " + secretId + " is no JSON object such as {\"password\": \"…\"}");
    }

    private static AwsException invalid(String message) {
        return new AwsException(AwsException.Kind.INVALID, OPERATION, "", message);
    }
}
