package dev.sallyport.provisioner.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.ReferencedSecrets;
import dev.sallyport.provisioner.target.TargetException;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of Secrets Manager: a JSON object with {@code username} and {@code password}, as RDS writes it, or {@code USER} and
 * {@code PASSWORD}, as we do.
 */
public final class AwsReferencedSecrets implements ReferencedSecrets {

    /** What {@code provider} says for it. */
    public static final String PROVIDER = "aws-secrets-manager";

    private static final String OPERATION = "secretsmanager:GetSecretValue";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StoredAwsAccess access;

    public AwsReferencedSecrets(StoredAwsAccess access) {
        this.access = access;
    }

    @Override
    public Login read(RdsArn instance, String provider, String secretId) {
        if (!provider.equals(PROVIDER)) {
            throw permanent("master credentials cannot be read from '" + provider + "': " + PROVIDER + " can");
        }
        return login(secretId, text(instance, secretId));
    }

    private @Nullable String text(RdsArn instance, String secretId) {
        try {
            return AwsException.calling(
                    OPERATION,
                    () -> access.current()
                            .of(instance)
                            .secretsManager()
                            .getSecretValue(request -> request.secretId(secretId))
                            .secretString());
        } catch (AwsException e) {
            String hint = e.kind() == AwsException.Kind.DENIED
                    ? "; allow it and kms:Decrypt with the secret's key, or name another source of the master's credentials"
                    : "";
            throw new TargetException(
                    e.transientFailure() ? TargetException.Kind.TRANSIENT : TargetException.Kind.PERMANENT,
                    "the secret " + secretId + " cannot be read: " + e.getMessage() + hint);
        }
    }

    private static Login login(String secretId, @Nullable String text) {
        JsonNode entries = parse(secretId, text == null ? "" : text);
        String user = entry(entries, "username", "USER");
        String password = entry(entries, "password", "PASSWORD");
        if (user.isEmpty() || password.isEmpty()) {
            throw permanent("the secret " + secretId + " has no username or no password");
        }
        return new Login(user, Secret.of(password));
    }

    private static JsonNode parse(String secretId, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // Not the cause: it quotes the text.
            throw permanent("the secret " + secretId + " is no JSON object with username and password");
        }
    }

    private static String entry(JsonNode entries, String name, String ours) {
        return entries.path(name).asText(entries.path(ours).asText(""));
    }

    private static TargetException permanent(String message) {
        return new TargetException(TargetException.Kind.PERMANENT, message);
    }
}
