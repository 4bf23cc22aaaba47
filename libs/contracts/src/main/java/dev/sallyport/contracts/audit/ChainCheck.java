package dev.sallyport.contracts.audit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a session's statements in order, part by part, and remembers the first link of {@link StatementChain} that does not hold.
 * Keeps the parts of one statement in memory, and nothing else.
 */
public final class ChainCheck {

    private final List<StatementExecuted> parts = new ArrayList<>();
    private String previous = StatementChain.START;
    private long links;
    private long gaps;
    private long unrecorded;
    private @Nullable StatementExecuted first;
    private ChainVerdict.@Nullable Broken broken;

    /** The next part of the next statement. */
    public void add(StatementExecuted part) {
        if (broken != null) {
            return;
        }
        long expected = links + 1;
        if (first == null) {
            first = part;
        }
        if (!part.sessionId().equals(first.sessionId())) {
            fail(
                    "it belongs to another session",
                    first.sessionId().value(),
                    part.sessionId().value());
            return;
        }
        if (part.sequence() != expected || part.part() != parts.size() + 1) {
            fail(
                    "it, or a part of it, is missing",
                    place(expected, parts.size() + 1),
                    place(part.sequence(), part.part()));
            return;
        }
        parts.add(part);
        if (part.part() == part.parts()) {
            link();
        }
    }

    private void link() {
        StatementExecuted statement = parts.getFirst();
        String said = parts.stream()
                .map(StatementExecuted::hash)
                .filter(hash -> !hash.equals(statement.hash()))
                .findFirst()
                .orElse(statement.hash());
        String hash = hashOfParts();
        if (!statement.previousHash().equals(previous)) {
            fail("it does not follow the statement before", previous, statement.previousHash());
        } else if (!hash.equals(said)) {
            fail("it is not what was recorded", said, hash);
        } else {
            previous = hash;
            links++;
            parts.clear();
            count(statement);
        }
    }

    private void count(StatementExecuted statement) {
        if (statement.kind().equals(StatementExecuted.GAP)) {
            gaps++;
            unrecorded += statement.rows() == null ? 0 : statement.rows();
        }
    }

    private String hashOfParts() {
        try {
            return StatementChain.hash(parts);
        } catch (IllegalArgumentException e) {
            return "parts that contradict each other";
        }
    }

    /** @param lastHash what the session said at its end; null while it is open */
    public ChainVerdict end(@Nullable String lastHash) {
        if (broken == null && !parts.isEmpty()) {
            fail("it, or a part of it, is missing", place(links + 1, parts.size() + 1), "nothing");
        }
        if (broken == null && lastHash != null && !lastHash.equals(previous)) {
            fail("the session ended with another statement than the last that is stored", lastHash, previous);
        }
        return broken != null ? broken : new ChainVerdict.Intact(links - gaps, unrecorded, previous, lastHash != null);
    }

    private void fail(String reason, String expected, String found) {
        broken = new ChainVerdict.Broken(links + 1, reason, expected, found);
    }

    private static String place(long sequence, int part) {
        return "statement " + sequence + ", part " + part;
    }
}
