package dev.sallyport.contracts.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.contracts.audit.StatementExecuted.Outcome;
import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementChainTest {

    @Test
    void aLinkDependsOnTheStatementAndNotOnHowItIsCut() {
        String whole = StatementChain.hash(List.of(part(1, 1, "select $1, $2", one(), two())));

        String cut = StatementChain.hash(List.of(part(1, 2, "select ", one()), part(2, 2, "$1, $2", two())));

        assertThat(cut).isEqualTo(whole).hasSize(64);
    }

    @Test
    void nullAndEmptyAreNotTheSame() {
        String empty = StatementChain.hash(List.of(part(1, 1, "select $1", new Parameter("text", ""))));

        String missing = StatementChain.hash(List.of(part(1, 1, "select $1", new Parameter("text", null))));

        assertThat(missing).isNotEqualTo(empty);
    }

    @Test
    void bytesCannotMoveFromOneFieldToTheNext() {
        String one = StatementChain.hash(List.of(part(1, 1, "x", new Parameter("ab", "c"))));

        String other = StatementChain.hash(List.of(part(1, 1, "x", new Parameter("a", "bc"))));

        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void aNameIsPartOfTheLinkAndIsNoParameterOfItsOwn() {
        String nameless = StatementChain.hash(List.of(part(1, 1, "x", one(), new Parameter("a", "b"))));

        String named = StatementChain.hash(List.of(part(1, 1, "x", one(), new Parameter("a", "b", "c"))));
        String renamed = StatementChain.hash(List.of(part(1, 1, "x", one(), new Parameter("a", "b", "d"))));
        String others =
                StatementChain.hash(List.of(part(1, 1, "x", one(), new Parameter("", "c"), new Parameter("a", "b"))));

        assertThat(List.of(nameless, named, renamed, others)).doesNotHaveDuplicates();
    }

    @Test
    void refusesAStatementWithAPartMissing() {
        assertThatThrownBy(() -> StatementChain.hash(List.of(part(1, 3, "a"), part(3, 3, "c"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("part 1 of statement 7 is not the next one");
    }

    private static Parameter one() {
        return new Parameter("int4", "1");
    }

    private static Parameter two() {
        return new Parameter("text", null);
    }

    private static StatementExecuted part(int part, int parts, String sql, Parameter... parameters) {
        return new StatementExecuted(
                new SessionId("ses_2Lq0000000000000000000000AA"),
                new GrantId("gra_2Lq0000000000000000000000AA"),
                new Grantee("u-1", "Ada", "ada@example.org"),
                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                Engine.POSTGRES,
                "hoop_ro",
                "hoop_ro",
                "192.0.2.1:5000",
                "psql",
                7,
                part,
                parts,
                "execute",
                sql,
                List.of(parameters),
                Outcome.OK,
                1L,
                10,
                20,
                Instant.parse("2026-11-20T10:00:00Z"),
                1500L,
                null,
                null,
                null,
                "idle",
                StatementChain.START,
                "");
    }
}
