package dev.sallyport.api.policies;

import com.cedarpolicy.model.policy.PolicySet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All policies in force, read once for many questions. Immutable; any thread may ask. */
public final class PolicyBook {

    private final Map<String, PolicyDocument.Entry> policies = new LinkedHashMap<>();
    private final PolicySet set;

    public PolicyBook(List<PolicyDocument> documents) {
        documents.stream()
                .flatMap(document -> document.entries().stream())
                .forEach(policy -> policies.put(policy.id(), policy));
        Map<String, String> sources = new LinkedHashMap<>();
        policies.forEach((id, policy) -> sources.put(id, policy.source()));
        set = Cedar.set(sources);
    }

    /** Denied when no policy permits it, when one forbids it, and when one cannot be evaluated. */
    public Verdict ask(Question question) {
        Cedar.Answer answer = Cedar.ask(
                set,
                CedarEntities.user(question.person().subject()),
                CedarEntities.action(question.action().label()),
                CedarEntities.entitlement(question.resource()),
                CedarEntities.circumstances(question),
                CedarEntities.of(question));
        List<String> decisive = answer.policies().stream().sorted().toList();
        if (!answer.failed().isEmpty()) {
            return Verdict.denied(
                    "policy_failed",
                    "the policy " + answer.failed().getFirst() + " could not be evaluated: ask an admin to correct it",
                    answer.failed());
        }
        if (answer.allowed()) {
            return Verdict.allowedBy(decisive);
        }
        if (decisive.isEmpty()) {
            return Verdict.denied(
                    "forbidden",
                    "no policy permits you " + question.action().label() + " on "
                            + question.resource().id(),
                    decisive);
        }
        return Verdict.denied("denied_by_policy", advice(decisive), decisive);
    }

    private String advice(List<String> forbidding) {
        for (String id : forbidding) {
            PolicyDocument.Entry policy = policies.get(id);
            if (policy != null && !policy.advice().isEmpty()) {
                return policy.advice();
            }
        }
        return "the policy " + forbidding.getFirst() + " forbids it";
    }
}
