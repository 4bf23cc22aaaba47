package dev.sallyport.auditstore;

import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a session's statements in order and remembers the first link that does not hold. */
final class ChainCheck {

    private final List<StatementExecuted> parts = new ArrayList<>();
    private String previous = StatementChain.START;
    private long statements;
    private ChainVerdict.@Nullable Broken broken;

    void add(StatementExecuted part) {
        if (broken != null) {
            return;
        }
        long expected = statements + 1;
        if (part.sequence() != expected || part.part() != parts.size() + 1) {
            fail(expected, "it, or a part of it, is missing");
            return;
        }
        parts.add(part);
        if (part.part() == part.parts()) {
            link(expected);
        }
    }

    private void link(long sequence) {
        StatementExecuted first = parts.getFirst();
        String hash = hashOfParts();
        if (!first.previousHash().equals(previous)) {
            fail(sequence, "it does not follow the statement before");
        } else if (hash == null || parts.stream().anyMatch(part -> !part.hash().equals(hash))) {
            fail(sequence, "it is not what was recorded");
        } else {
            previous = hash;
            statements = sequence;
            parts.clear();
        }
    }

    private @Nullable String hashOfParts() {
        try {
            return StatementChain.hash(parts);
        } catch (IllegalArgumentException e) {
            // Parts that contradict each other, or a previous hash that is none.
            return null;
        }
    }

    /** @param lastHash what the session said at its end; null while it is open */
    ChainVerdict end(@Nullable String lastHash) {
        if (broken == null && !parts.isEmpty()) {
            fail(statements + 1, "it, or a part of it, is missing");
        }
        if (broken == null && lastHash != null && !lastHash.equals(previous)) {
            fail(statements + 1, "the session ended with another statement than the last that is stored");
        }
        return broken != null ? broken : new ChainVerdict.Intact(statements, lastHash != null);
    }

    private void fail(long sequence, String reason) {
        broken = new ChainVerdict.Broken(sequence, reason);
    }
}
