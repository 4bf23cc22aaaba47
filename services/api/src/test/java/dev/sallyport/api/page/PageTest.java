package dev.sallyport.api.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.api.problem.ProblemException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PageTest {

    @Test
    void hasANextPageWhenThereIsOneMoreRow() {
        PageQuery query = PageQuery.of("2", null);

        Page<String> page = Page.of(List.of("a", "b", "c"), query, Function.identity(), Function.identity());

        assertThat(page.items()).containsExactly("a", "b");
        assertThat(PageQuery.of(null, page.nextCursor()).after()).contains("b");
    }

    @Test
    void hasNoNextPageBehindTheLastRow() {
        PageQuery query = PageQuery.of("2", null);

        assertThat(Page.of(List.of("a", "b"), query, Function.identity(), Function.identity())
                        .nextCursor())
                .isNull();
    }

    @Test
    void boundsTheLimit() {
        assertThat(PageQuery.of("1", null).limit()).isEqualTo(1);
        assertThat(PageQuery.of("200", null).limit()).isEqualTo(PageQuery.MAX_LIMIT);
        assertThat(PageQuery.of(null, null).limit()).isEqualTo(PageQuery.DEFAULT_LIMIT);
        for (String bad : List.of("0", "201", "-1", "", "many")) {
            assertThatThrownBy(() -> PageQuery.of(bad, null)).as(bad).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void refusesACursorThatItDidNotGive() {
        for (String bad : List.of("", "***", "a".repeat(401))) {
            assertThatThrownBy(() -> PageQuery.of(null, bad)).as(bad).isInstanceOf(ProblemException.class);
        }
    }
}
