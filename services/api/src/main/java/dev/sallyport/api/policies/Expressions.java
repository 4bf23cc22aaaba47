package dev.sallyport.api.policies;

import com.cedarpolicy.model.policy.PolicySet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Conditions in Cedar that stand alone: each is what a policy has between the braces of {@code when}. Read once for many questions.
 */
public final class Expressions {

    /** What a condition may look at. */
    public enum Scope {
        /** The resource alone. */
        RESOURCE("Select"),
        /** Principal, resource and circumstances, as for the action {@code Approve}. */
        REVIEW("Approve");

        private final String action;

        Scope(String action) {
            this.action = action;
        }

        /** The condition stays on the lines that it was given on. */
        private String policy(String expression) {
            return "permit (principal, action == Action::\"" + action + "\", resource) when { " + expression + "\n};";
        }
    }

    /** Characters of one condition. */
    public static final int MAX_LENGTH = 4_000;

    private final PolicySet set;
    private final boolean none;

    /** @param conditions by their names */
    public Expressions(Scope scope, Map<String, String> conditions) {
        Map<String, String> policies = new LinkedHashMap<>();
        conditions.forEach((name, condition) -> policies.put(name, scope.policy(condition)));
        none = policies.isEmpty();
        set = Cedar.set(policies);
    }

    /** What is wrong with a condition; empty when nothing is. */
    public static List<Flaw> flaws(Scope scope, String expression) {
        if (expression.length() > MAX_LENGTH) {
            return List.of(new Flaw(1, "a condition has " + MAX_LENGTH + " characters at most", "make two of it"));
        }
        return Cedar.flaws(scope.policy(expression), 1);
    }

    /** The names of the conditions that are true of the resource. One that cannot be evaluated is not true. */
    public Set<String> trueOf(Resource resource) {
        return none
                ? Set.of()
                : Cedar.ask(
                                set,
                                CedarEntities.nobody(),
                                CedarEntities.action(Scope.RESOURCE.action),
                                CedarEntities.entitlement(resource),
                                Map.of(),
                                CedarEntities.of(resource))
                        .policies();
    }

    /** The names of the conditions that are true of who reviews. */
    public Set<String> trueOf(Question review) {
        return none
                ? Set.of()
                : Cedar.ask(
                                set,
                                CedarEntities.user(review.person().subject()),
                                CedarEntities.action(Scope.REVIEW.action),
                                CedarEntities.entitlement(review.resource()),
                                CedarEntities.circumstances(review),
                                CedarEntities.of(review))
                        .policies();
    }
}
