package dev.sallyport.sandbox.standins;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@link StandIns} runs with; a JSON file that only its owner can read, for it holds keys.
 *
 * @param folder where the stand-ins keep their state
 * @param accessKeyId of the management account's user
 * @param vaultToken that Vault lets in
 * @param webhookSecret with which webhooks are signed
 * @param chatToken the secret part of the chat's incoming webhook
 */
public record StandInsSettings(
        String folder,
        int awsPort,
        int issuerPort,
        int webhookPort,
        int vaultPort,
        int chatPort,
        String vaultToken,
        String accessKeyId,
        String secretAccessKey,
        String webhookSecret,
        String chatToken,
        List<AccountSettings> accounts,
        List<TargetSettings> targets) {

    /** An account; the first is the management account. */
    public record AccountSettings(String id, String name, String email) {}

    /** A real database that is presented as an RDS instance. */
    public record TargetSettings(
            RdsArn arn,
            Engine engine,
            String engineVersion,
            String host,
            int port,
            String masterUser,
            String dbName,
            String superuser,
            String superuserPassword,
            Map<String, String> tags) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the file. */
    public static StandInsSettings read(Path file) {
        try {
            return JSON.readValue(Files.readString(file), StandInsSettings.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The file's text. */
    public String toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It holds keys. */
    @Override
    public String toString() {
        return "StandInsSettings[" + folder + "]";
    }
}
