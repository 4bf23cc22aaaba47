package dev.sallyport.auditstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.audit.ChainCheck;
import dev.sallyport.contracts.audit.ChainVerdict;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainCheckTest {

    private final Recorded session = Recorded.by("ann", "shop", "hoop_ro", Instant.parse("2026-03-10T12:00:00Z"));
    private final List<StatementExecuted> chain = chainOf(session, "SELECT 1", "SELECT 2", "SELECT 3");

    @Test
    void findsNothingWrongWithAChainThatIsWhole() {
        String head = chain.getLast().hash();
        assertThat(verdict(chain, head)).isEqualTo(new ChainVerdict.Intact(3, 0, head, true));
        assertThat(verdict(chain, null)).isEqualTo(new ChainVerdict.Intact(3, 0, head, false));
        assertThat(verdict(List.of(), StatementChain.START))
                .isEqualTo(new ChainVerdict.Intact(0, 0, StatementChain.START, true));
    }

    @Test
    void missesTheFirstTheMiddleAndTheLast() {
        assertThat(verdict(chain.subList(1, 3), null)).isEqualTo(missing(1, "statement 2, part 1"));
        assertThat(verdict(List.of(chain.get(0), chain.get(2)), null)).isEqualTo(missing(2, "statement 3, part 1"));
        assertThat(verdict(chain.subList(0, 2), chain.getLast().hash()))
                .isEqualTo(new ChainVerdict.Broken(
                        3,
                        "the session ended with another statement than the last that is stored",
                        chain.get(2).hash(),
                        chain.get(1).hash()));
    }

    @Test
    void seesALinkFromAnotherChain() {
        List<StatementExecuted> other = chainOf(session, "SELECT 0", "SELECT 2");
        assertThat(verdict(List.of(chain.get(0), other.get(1)), null))
                .isEqualTo(new ChainVerdict.Broken(
                        2,
                        "it does not follow the statement before",
                        chain.get(0).hash(),
                        other.get(0).hash()));
    }

    @Test
    void seesAStatementOfAnotherSession() {
        Recorded stranger = Recorded.by("bob", "shop", "hoop_ro", Instant.parse("2026-03-10T12:00:00Z"));
        List<StatementExecuted> other = chainOf(stranger, "SELECT 1", "SELECT 2");
        assertThat(verdict(List.of(chain.get(0), other.get(1)), null))
                .isEqualTo(new ChainVerdict.Broken(
                        2,
                        "it belongs to another session",
                        session.session().value(),
                        stranger.session().value()));
    }

    @Test
    void seesAStatementThatIsNotWhatItsHashSays() {
        StatementExecuted forged = (StatementExecuted)
                session.statement(1, 1, 1, "SELECT 'forged'", List.of()).data();
        assertThat(verdict(List.of(forged), null))
                .isEqualTo(new ChainVerdict.Broken(
                        1, "it is not what was recorded", forged.hash(), StatementChain.hash(List.of(forged))));
    }

    @Test
    void missesAPartOfALongStatement() {
        StatementExecuted first = (StatementExecuted)
                session.statement(1, 1, 2, "SELECT ", List.of()).data();
        assertThat(verdict(List.of(first), null))
                .isEqualTo(new ChainVerdict.Broken(
                        1, "it, or a part of it, is missing", "statement 1, part 2", "nothing"));
    }

    static List<StatementExecuted> chainOf(Recorded session, String... sql) {
        List<StatementExecuted> chain = new ArrayList<>();
        String previous = StatementChain.START;
        for (String text : sql) {
            StatementExecuted bare = (StatementExecuted)
                    session.statement(chain.size() + 1, text).data();
            String hash = StatementChain.hash(List.of(linked(bare, previous, StatementChain.START)));
            chain.add(linked(bare, previous, hash));
            previous = hash;
        }
        return chain;
    }

    private static StatementExecuted linked(StatementExecuted s, String previous, String hash) {
        return new StatementExecuted(
                s.sessionId(),
                s.grantId(),
                s.grantee(),
                s.target(),
                s.engine(),
                s.role(),
                s.databaseUser(),
                s.clientAddress(),
                s.applicationName(),
                s.sequence(),
                s.part(),
                s.parts(),
                s.kind(),
                s.sql(),
                s.parameters(),
                s.outcome(),
                s.rows(),
                s.bytesFromClient(),
                s.bytesToClient(),
                s.startedAt(),
                s.durationMicros(),
                s.sqlState(),
                s.errorCode(),
                s.errorMessage(),
                s.transaction(),
                previous,
                hash);
    }

    private static ChainVerdict missing(long sequence, String found) {
        return new ChainVerdict.Broken(
                sequence, "it, or a part of it, is missing", "statement " + sequence + ", part 1", found);
    }

    private static ChainVerdict verdict(
            List<StatementExecuted> statements, @org.jspecify.annotations.Nullable String lastHash) {
        ChainCheck check = new ChainCheck();
        statements.forEach(check::add);
        return check.end(lastHash);
    }
}
