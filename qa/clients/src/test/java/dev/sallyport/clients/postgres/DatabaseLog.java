package dev.sallyport.clients.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the database says it executed: its log in JSON with {@code log_statement=all} (Using JSON-Format Log Output). */
final class DatabaseLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern STATEMENT =
            Pattern.compile("(?:statement|execute(?: fetch from)? [^:]*): (.*)", Pattern.DOTALL);

    private final Path file;

    DatabaseLog(Path file) {
        this.file = file;
    }

    /** Where it ends now. */
    long mark() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The statements of {@code user} behind {@code mark}: executed ones, and those that failed before they could be. In order
     * within a session.
     */
    List<String> statements(long mark, String user) {
        List<String> statements = new ArrayList<>();
        // By session: the statement that is logged and may still fail.
        Map<String, String> running = new HashMap<>();
        for (JsonNode line : lines(mark)) {
            if (!line.path("user").asText().equals(user)) {
                continue;
            }
            String session = line.path("session_id").asText();
            String severity = line.path("error_severity").asText();
            Optional<String> executed = executed(line);
            if (executed.isPresent()) {
                statements.add(executed.get());
                running.put(session, executed.get());
            } else if (line.has("statement") && (severity.equals("ERROR") || severity.equals("FATAL"))) {
                String failed = line.path("statement").asText();
                if (!failed.equals(running.remove(session))) {
                    statements.add(failed);
                }
            }
        }
        return statements;
    }

    private static Optional<String> executed(JsonNode line) {
        if (!line.path("error_severity").asText().equals("LOG")) {
            return Optional.empty();
        }
        Matcher statement = STATEMENT.matcher(line.path("message").asText());
        return statement.matches() ? Optional.of(statement.group(1)) : Optional.empty();
    }

    private List<JsonNode> lines(long mark) {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(mark);
            List<JsonNode> lines = new ArrayList<>();
            for (String line : new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the log of the database is not JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
