package dev.sallyport.api.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReviewsTest {

    @Test
    void eachStepNeedsAReviewerOfItsOwn() {
        assertThat(Reviews.missing(List.of("dba", "lead"), Map.of("ann", Set.of("dba", "lead"))))
                .containsExactly("lead");
        assertThat(Reviews.missing(List.of("dba", "lead"), Map.of("ann", Set.of("dba", "lead"), "ben", Set.of("lead"))))
                .isEmpty();
    }

    @Test
    void whoMayApproveMoreMakesRoomForWhoMayNot() {
        Map<String, Set<String>> reviewers = new LinkedHashMap<>();
        reviewers.put("ann", Set.of("dba", "lead"));
        reviewers.put("ben", Set.of("dba"));
        assertThat(Reviews.missing(List.of("dba", "lead"), reviewers)).isEmpty();
        assertThat(Reviews.missing(List.of("lead", "dba"), reviewers)).isEmpty();
    }

    @Test
    void withoutReviewersEverythingIsMissingAndWithoutStepsNothing() {
        assertThat(Reviews.missing(List.of("dba", "lead"), Map.of())).containsExactly("dba", "lead");
        assertThat(Reviews.missing(List.of(), Map.of("ann", Set.of()))).isEmpty();
    }

    /** Against every way to hand steps out. */
    @Test
    void noOtherMatchingCoversMore() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<String> steps = new ArrayList<>(List.of("a", "b", "c", "d").subList(0, random.nextInt(5)));
            Map<String, Set<String>> reviewers = new LinkedHashMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                Set<String> may = new HashSet<>(steps);
                may.removeIf(step -> random.nextBoolean());
                reviewers.put("r" + i, may);
            }
            assertThat(steps.size() - Reviews.missing(steps, reviewers).size())
                    .as("%s by %s", steps, reviewers)
                    .isEqualTo(best(steps, new ArrayList<>(reviewers.values())));
        }
    }

    private static int best(List<String> steps, List<Set<String>> reviewers) {
        if (reviewers.isEmpty()) {
            return 0;
        }
        List<Set<String>> others = reviewers.subList(1, reviewers.size());
        int most = best(steps, others);
        for (String step : reviewers.getFirst()) {
            if (steps.contains(step)) {
                List<String> left = new ArrayList<>(steps);
                left.remove(step);
                most = Math.max(most, 1 + best(left, others));
            }
        }
        return most;
    }
}
