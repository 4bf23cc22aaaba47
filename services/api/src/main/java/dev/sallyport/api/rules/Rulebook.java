package dev.sallyport.api.rules;

import dev.sallyport.api.policies.Expressions;
import dev.sallyport.api.policies.PolicyBook;
import dev.sallyport.api.policies.PolicyDocument;
import dev.sallyport.api.policies.Question;
import dev.sallyport.api.policies.Resource;
import dev.sallyport.api.policies.Verdict;
import dev.sallyport.api.workflows.Availability;
import dev.sallyport.api.workflows.Selector;
import dev.sallyport.api.workflows.Workflow;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** All rules at one revision. Immutable; any thread may ask. */
public final class Rulebook {

    /** The name of the workflow, and of the policy document, that are there from the start. */
    public static final String DEFAULT = PolicyDocument.DEFAULT;

    private static final Comparator<Terms> MOST_URGENT =
            Comparator.<Terms>comparingInt(terms -> terms.rules().priority()).thenComparing(Terms::workflow);

    private final PolicyBook policies;
    private final Map<String, Terms> workflows;
    private final Expressions selectors;
    private final List<Availability> availabilities;
    private final boolean nothingStored;

    /**
     * @param workflows by name, the built-in one among them
     * @param availabilities all that are stored
     * @param inForce whether an availability is for this installation
     */
    Rulebook(
            List<PolicyDocument> policies,
            Map<String, Terms> workflows,
            Map<String, Selector> selectors,
            List<Availability> availabilities,
            Predicate<Availability> inForce) {
        this.policies = new PolicyBook(policies);
        this.workflows = Map.copyOf(workflows);
        Map<String, String> conditions = new LinkedHashMap<>();
        selectors.forEach((name, selector) -> conditions.put(name, selector.when()));
        this.selectors = new Expressions(Expressions.Scope.RESOURCE, conditions);
        this.nothingStored = availabilities.isEmpty();
        this.availabilities = availabilities.stream().filter(inForce).toList();
    }

    /** What the policies say. */
    public Verdict ask(Question question) {
        return policies.ask(question);
    }

    /** On which terms the resource is to be had; empty when nobody made it available. */
    public Optional<Terms> termsFor(Resource resource) {
        if (nothingStored) {
            return Optional.ofNullable(workflows.get(DEFAULT));
        }
        Set<String> found = selectors.trueOf(resource);
        return availabilities.stream()
                .filter(availability -> availability.covers(resource, found))
                .map(availability -> workflows.get(availability.workflow()))
                .filter(Objects::nonNull)
                .min(MOST_URGENT);
    }

    /** The terms of a workflow as they are now. */
    public Optional<Workflow> workflow(String name) {
        return Optional.ofNullable(workflows.get(name)).map(Terms::rules);
    }
}
