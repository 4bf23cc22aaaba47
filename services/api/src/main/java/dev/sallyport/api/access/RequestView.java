package dev.sallyport.api.access;

import dev.sallyport.api.rules.Terms;
import dev.sallyport.api.workflows.Reviews;
import dev.sallyport.api.workflows.Workflow.ApprovalStep;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request, as clients see it.
 *
 * @param expiresAt when nobody waits for a decision any more; null for never
 * @param reviews who approved so far
 * @param missingSteps the steps of its workflow that somebody else still has to approve
 */
public record RequestView(
        String id,
        PersonView requester,
        String target,
        String role,
        String reason,
        String ticket,
        long durationSeconds,
        RequestStatus status,
        String workflow,
        boolean breakglass,
        Instant createdAt,
        @Nullable Instant expiresAt,
        List<Review> reviews,
        List<String> missingSteps,
        @Nullable Instant decidedAt,
        @Nullable String decidedBy,
        @Nullable String comment,
        @Nullable String grantId) {

    /** One approval. */
    public record Review(PersonView reviewer, String comment, List<String> steps, Instant reviewedAt) {

        static Review of(ReviewRow row) {
            return new Review(
                    new PersonView(row.reviewerSubject, row.reviewerName, row.reviewerEmail),
                    row.comment,
                    List.of(row.steps),
                    row.reviewedAt);
        }
    }

    static RequestView of(RequestRow row, Terms terms, List<ReviewRow> reviews) {
        return new RequestView(
                row.id,
                PersonView.of(row.requester()),
                row.target,
                row.role,
                row.reason,
                row.ticket,
                row.durationSeconds,
                row.status,
                terms.workflow(),
                row.breakglass,
                row.createdAt,
                row.expiresAt,
                reviews.stream().map(Review::of).toList(),
                row.status == RequestStatus.REQUESTED ? missing(terms, reviews) : List.of(),
                row.decidedAt,
                row.decidedBy,
                row.comment,
                row.grantId);
    }

    /** The steps for which there is no reviewer yet. */
    static List<String> missing(Terms terms, List<ReviewRow> reviews) {
        Map<String, Set<String>> stepsByReviewer = new LinkedHashMap<>();
        reviews.forEach(review -> stepsByReviewer.put(review.reviewerSubject, Set.of(review.steps)));
        return Reviews.missing(
                terms.rules().approvalSteps().stream().map(ApprovalStep::name).toList(), stepsByReviewer);
    }
}
