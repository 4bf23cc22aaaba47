package dev.sallyport.cli.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.webhook.WebhookReceiver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the local stack keeps from one start to the next: who its agents are, the keys of the stand-ins, and the ports that
 * were free the last time. In {@code settings.json}, readable by its owner only.
 */
record LocalSettings(
        AgentId provisioner,
        AgentId proxy,
        String accessKeyId,
        String secretAccessKey,
        String webhookSecret,
        Map<String, Integer> ports) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Those of {@code home}, made when there are none. */
    static LocalSettings of(Home home) {
        Path file = file(home);
        return home.read(file).map(text -> parse(file, text)).orElseGet(() -> {
            LocalSettings fresh = new LocalSettings(
                    AgentId.next(InstantSource.system()),
                    AgentId.next(InstantSource.system()),
                    "AKIASALLYPORTLOCAL01",
                    Secret.random(40).reveal(),
                    WebhookReceiver.newSecret().reveal(),
                    Map.of());
            fresh.keep(home);
            return fresh;
        });
    }

    /** The same with these ports. */
    LocalSettings with(Map<String, Integer> newPorts) {
        return new LocalSettings(
                provisioner, proxy, accessKeyId, secretAccessKey, webhookSecret, new TreeMap<>(newPorts));
    }

    void keep(Home home) {
        try {
            home.folder(".");
            home.writePrivately(
                    file(home), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path file(Home home) {
        return home.directory().resolve("settings.json");
    }

    private static LocalSettings parse(Path file, String text) {
        try {
            return JSON.readValue(text, LocalSettings.class);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    ExitCode.CANNOT_START, file + " is damaged; remove it, or the whole folder, and start again");
        }
    }

    /** It holds keys. */
    @Override
    public String toString() {
        return "LocalSettings[***]";
    }
}
