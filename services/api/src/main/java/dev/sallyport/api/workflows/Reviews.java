package dev.sallyport.api.workflows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which steps are approved: each by a reviewer of its own, matched so that as many as possible are. A maximum matching of a bipartite
 * graph by augmenting paths.
 */
public final class Reviews {

    private final List<String> steps;
    private final Map<String, Set<String>> stepsByReviewer;
    private final Map<String, String> reviewerOf = new HashMap<>();

    private Reviews(List<String> steps, Map<String, Set<String>> stepsByReviewer) {
        this.steps = steps;
        this.stepsByReviewer = stepsByReviewer;
    }

    /**
     * The steps that nobody approved yet.
     *
     * @param stepsByReviewer for each who approved, the names of the steps that they may approve
     */
    public static List<String> missing(List<String> steps, Map<String, Set<String>> stepsByReviewer) {
        return new Reviews(steps, stepsByReviewer).match();
    }

    private List<String> match() {
        List<String> missing = new ArrayList<>();
        for (String step : steps) {
            if (!find(step, new HashSet<>())) {
                missing.add(step);
            }
        }
        return missing;
    }

    /** A reviewer for the step, if need be one who moves to another step. */
    private boolean find(String step, Set<String> tried) {
        for (Map.Entry<String, Set<String>> reviewer : stepsByReviewer.entrySet()) {
            if (!reviewer.getValue().contains(step) || !tried.add(reviewer.getKey())) {
                continue;
            }
            String taken = stepOf(reviewer.getKey());
            if (taken.isEmpty() || find(taken, tried)) {
                reviewerOf.put(step, reviewer.getKey());
                return true;
            }
        }
        return false;
    }

    private String stepOf(String reviewer) {
        return reviewerOf.entrySet().stream()
                .filter(pair -> pair.getValue().equals(reviewer))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }
}
