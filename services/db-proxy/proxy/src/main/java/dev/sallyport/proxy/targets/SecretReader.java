package dev.sallyport.proxy.targets;

import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.AwsSecrets;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.connection.TargetException;
import dev.sallyport.secrets.SecretStoreException;
import dev.sallyport.secrets.SecretStores;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads one entry of a secret, wherever it is kept. Blocks. */
public final class SecretReader {

    private final Supplier<SecretStores> stores;
    private final AwsSecrets aws;

    /** @param stores opened at the first call; may throw, and is asked again then */
    public SecretReader(Supplier<SecretStores> stores, AwsSecrets aws) {
        this.stores = stores;
        this.aws = aws;
    }

    /** @throws TargetException when it cannot be read; the message holds nothing of it */
    Secret read(SecretRef secret) throws TargetException {
        Map<String, Secret> entries = entries(secret)
                .orElseThrow(() -> new TargetException("there is no secret '" + secret.secretId() + "'"));
        @Nullable Secret password = entries.get(secret.key());
        if (password == null) {
            throw new TargetException("the secret '" + secret.secretId() + "' has no entry '" + secret.key() + "'");
        }
        return password;
    }

    private Optional<Map<String, Secret>> entries(SecretRef secret) throws TargetException {
        try {
            return secret.provider().equals(AwsSecrets.PROVIDER)
                    ? Optional.of(aws.entries(secret.secretId()))
                    : stores.get().of(secret.provider()).current(secret.secretId());
        } catch (SecretStoreException e) {
            throw new TargetException(String.valueOf(e.getMessage()));
        } catch (AwsException e) {
            String hint = e.kind() == AwsException.Kind.DENIED
                    ? "; allow the proxy's role secretsmanager:GetSecretValue on it, and kms:Decrypt with its key"
                    : "";
            throw new TargetException(
                    "the secret '" + secret.secretId() + "' cannot be read: " + e.getMessage() + hint);
        }
    }
}
