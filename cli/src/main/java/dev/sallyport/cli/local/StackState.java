package dev.sallyport.cli.local;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.contracts.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The local stack as it was started: what {@code sally status --output json} prints, and what other commands find it by.
 * Scripts read it; names stay as they are. It holds no secret, only the files where secrets are.
 *
 * @param consoleUrl for a browser
 * @param chatUrl of the chat's stand-in, which lists what it was told at {@code /messages}
 * @param authorityFile the PEM file that clients of the proxy trust
 * @param localPasswordFile with which local users log in to the console
 */
@JsonPropertyOrder({
    "home",
    "api_url",
    "console_url",
    "issuer_url",
    "authority_file",
    "local_password_file",
    "parts",
    "targets"
})
public record StackState(
        String home,
        String apiUrl,
        String consoleUrl,
        String issuerUrl,
        String kafka,
        String awsEndpoint,
        String webhooksUrl,
        String chatUrl,
        String authorityFile,
        String localPasswordFile,
        String provisionerAgent,
        String proxyAgent,
        String proxyPostgres,
        String proxyMysql,
        List<Part> parts,
        List<Target> targets) {

    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());

    /**
     * One process.
     *
     * @param state {@code ready}, {@code starting} (it runs and is not ready) or {@code stopped}
     */
    public record Part(String name, String title, String state, String address, long pid, String log) {

        Part in(String newState) {
            return new Part(name, title, newState, address, pid, log);
        }
    }

    /**
     * A target database.
     *
     * @param administrator its superuser, which Sallyport never learns of
     * @param passwordFile where that superuser's password is
     */
    public record Target(
            String engine,
            String host,
            int port,
            String administrator,
            String passwordFile,
            String masterUser,
            String arn,
            String account,
            List<String> databases) {}

    /** The state that {@code home} keeps; empty when nothing was started there. */
    public static Optional<StackState> of(Home home) {
        Path file = file(home);
        return home.read(file).map(text -> {
            try {
                return JSON.readValue(text, StackState.class);
            } catch (JsonProcessingException e) {
                throw new CommandFailure(
                        ExitCode.FAILED, file + " is damaged; `sally down`, then `sally up`, makes it new");
            }
        });
    }

    /** The state of a stack that must run. */
    public static StackState running(Home home) {
        return of(home).orElseThrow(() -> new CommandFailure(
                ExitCode.NOT_RUNNING, "nothing runs in " + home.directory() + "; `sally up` starts it"));
    }

    /** {@code host:port} of a part. */
    public String address(String part) {
        return parts.stream()
                .filter(one -> one.name().equals(part))
                .map(Part::address)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(ExitCode.NOT_RUNNING, "the stack has no part " + part));
    }

    void keep(Home home) {
        home.writePrivately(file(home), toJson());
    }

    /** The stack was stopped. */
    static void forget(Home home) {
        try {
            Files.deleteIfExists(file(home));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file(home), e);
        }
    }

    String toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    StackState with(List<Part> newParts) {
        return new StackState(
                home,
                apiUrl,
                consoleUrl,
                issuerUrl,
                kafka,
                awsEndpoint,
                webhooksUrl,
                chatUrl,
                authorityFile,
                localPasswordFile,
                provisionerAgent,
                proxyAgent,
                proxyPostgres,
                proxyMysql,
                newParts,
                targets);
    }

    private static Path file(Home home) {
        return home.folder("run").resolve("state.json");
    }
}
