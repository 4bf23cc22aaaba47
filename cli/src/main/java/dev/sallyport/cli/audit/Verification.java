package dev.sallyport.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.contracts.audit.ChainCheck;
import dev.sallyport.contracts.audit.ChainVerdict;
import dev.sallyport.contracts.audit.StatementExecuted;
import org.jspecify.annotations.Nullable;

/** Follows the lines of a {@link Trail} link by link. */
final class Verification {

    private final ChainCheck check = new ChainCheck();
    private @Nullable String expected;
    private @Nullable String session;
    private @Nullable String lastHash;
    private @Nullable String foreign;

    /** @param expected the session whose record it has to be; null for any */
    Verification(@Nullable String expected) {
        this.expected = expected;
    }

    void line(JsonNode line) {
        if (line.has("session")) {
            session = line.path("session").path("id").asText();
            lastHash = line.path("session").path("last_hash").asText(null);
            expected = expected == null ? session : expected;
        } else if (line.has("statement")) {
            StatementExecuted statement = Output.read(line.path("statement"), StatementExecuted.class);
            if (expected != null && !statement.sessionId().value().equals(expected)) {
                foreign = statement.sessionId().value();
            }
            check.add(statement);
        } else {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "a line is neither a session nor a statement; `sally audit export` makes such files");
        }
    }

    /** @throws CommandFailure when there was no session at all */
    ChainVerdict verdict() {
        if (session == null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "there is no session in it; `sally audit export` writes it in the first line");
        }
        String other = session.equals(expected) ? foreign : session;
        if (other != null) {
            return new ChainVerdict.Broken(1, "it belongs to another session", String.valueOf(expected), other);
        }
        return check.end(lastHash);
    }

    String session() {
        return String.valueOf(session);
    }
}
