package dev.sallyport.api.access;

import dev.sallyport.api.policies.Expressions;
import dev.sallyport.api.policies.Question;
import dev.sallyport.api.workflows.Workflow.ApprovalStep;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may approve which step of a request, by the terms that it was made with. */
@ApplicationScoped
class Reviewers {

    private final StoredTerms terms;

    Reviewers(StoredTerms terms) {
        this.terms = terms;
    }

    /** What the policies are asked about it. */
    Permission.About about(RequestRow row) {
        return new Permission.About(
                row.target, row.role, "", row.requester(), terms.read(row.terms).workflow(), row.reason, row.ticket);
    }

    /** The names of the steps that who asks the question may approve. */
    Set<String> stepsOf(RequestRow row, Question question) {
        Map<String, String> conditions =
                steps(row).stream().collect(Collectors.toMap(ApprovalStep::name, ApprovalStep::when));
        return new Expressions(Expressions.Scope.REVIEW, conditions).trueOf(question);
    }

    /** Without steps anybody has one. */
    boolean hasAStep(RequestRow row, Question question) {
        return steps(row).isEmpty() || !stepsOf(row, question).isEmpty();
    }

    List<ApprovalStep> steps(RequestRow row) {
        return terms.read(row.terms).rules().approvalSteps();
    }
}
