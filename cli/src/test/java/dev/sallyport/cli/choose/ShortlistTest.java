package dev.sallyport.cli.choose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShortlistTest {

    private static final Shortlist LIST = Shortlist.of(
            List.of("orders/shop  hoop_ro  postgres", "orders/shop  hoop_rw  postgres", "billing  hoop_ro  mysql"));

    @Test
    void everyWordThatWasTypedNarrowsInAnyOrderAndCase() {
        assertThat(LIST.left()).containsExactly(0, 1, 2);
        assertThat(LIST.type("RO").left()).containsExactly(0, 2);
        assertThat(LIST.type("_ro shop").left()).containsExactly(0);
        assertThat(LIST.type("nothing").left()).isEmpty();
    }

    @Test
    void rubbingOutTakesOneCharacterBackAndNothingFromNothing() {
        assertThat(LIST.type("a").type("😀").rubOut().filter()).isEqualTo("a");
        assertThat(LIST.rubOut()).isEqualTo(LIST);
        assertThat(LIST.type("mysql").clear().left()).hasSize(3);
    }

    @Test
    void thePointerStopsAtBothEndsAndGoesBackToTheTopWhenTheListChanges() {
        assertThat(LIST.move(-1).at()).isZero();
        assertThat(LIST.move(1).move(9).at()).isEqualTo(2);
        assertThat(LIST.move(2).type("o").at()).isZero();
        assertThat(LIST.type("nothing").move(1).at()).isZero();
    }

    @Test
    void aFilterHasAnEnd() {
        assertThat(LIST.type("x".repeat(200)).filter()).hasSize(200);
        assertThat(LIST.type("x".repeat(201)).filter()).isEmpty();
    }

    @Test
    void thePointerIsAmongTheRowsThatAreShown() {
        Shortlist hundred = Shortlist.of(
                IntStream.range(0, 100).mapToObj(number -> "line " + number).toList());
        for (int at : new int[] {0, 5, 50, 94, 99}) {
            Shortlist moved = hundred.move(at);
            assertThat(moved.at()).isBetween(moved.top(12), moved.top(12) + 11);
            assertThat(moved.top(12)).isBetween(0, 88);
        }
        assertThat(LIST.move(2).top(12)).isZero();
    }
}
