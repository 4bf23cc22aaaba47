package dev.sallyport.cli.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.kernel.SessionId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The record of one session, one JSON document a line: {@code {"session": …}} first, then {@code {"statement": …}} in order, as the
 * API answers them. From the API, a page at a time, or from a file that was exported.
 */
final class Trail {

    private static final int PAGE = 200;
    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());

    /** Gives each line to {@code lines}. */
    static void ofApi(Api api, SessionId session, Consumer<JsonNode> lines) {
        String path = "/api/audit/sessions/" + session;
        lines.accept(JSON.createObjectNode().set("session", api.get(path)));
        String cursor = "";
        do {
            JsonNode page = api.get(path + "/statements?limit=" + PAGE + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            for (JsonNode statement : page.path("items")) {
                lines.accept(JSON.createObjectNode().set("statement", statement));
            }
            cursor = page.path("next_cursor").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
    }

    /** The same of a file. */
    static void ofFile(Path file, Consumer<JsonNode> lines) {
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    lines.accept(JSON.readTree(line));
                }
            }
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    file + ", line " + number + ": not a JSON document; `sally audit export` makes such files");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "cannot read " + file + ": " + e.getClass().getSimpleName());
        }
    }

    /** @throws CommandFailure when {@code text} is no session's id */
    static SessionId session(String text) {
        try {
            return new SessionId(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "'" + text + "' is no session's id (ses_…); `sally audit sessions` lists them");
        }
    }

    private Trail() {}
}
