package dev.sallyport.api.access;

import dev.sallyport.contracts.grants.Grantee;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** One approval of a request, with the steps that its reviewer may approve. */
@Entity(name = "AccessReview")
@Table(name = "access_review")
@SuppressWarnings("NullAway.Init")
class ReviewRow extends PanacheEntityBase {

    /** {@code <request>/<subject>}: nobody approves one request twice. */
    @Id
    String id;

    @Column(name = "request_id")
    String requestId;

    @Column(name = "reviewer_subject")
    String reviewerSubject;

    @Column(name = "reviewer_name")
    String reviewerName;

    @Column(name = "reviewer_email")
    String reviewerEmail;

    String comment;
    String[] steps;

    @Column(name = "reviewed_at")
    Instant reviewedAt;

    static ReviewRow by(Grantee reviewer, RequestRow request, Set<String> steps, String comment, Instant now) {
        ReviewRow row = new ReviewRow();
        row.id = request.id + "/" + reviewer.subject();
        row.requestId = request.id;
        row.reviewerSubject = reviewer.subject();
        row.reviewerName = reviewer.name();
        row.reviewerEmail = reviewer.email();
        row.comment = comment;
        row.steps = steps.stream().sorted().toArray(String[]::new);
        row.reviewedAt = now;
        return row;
    }

    static Uni<List<ReviewRow>> of(Collection<String> requests) {
        return requests.isEmpty()
                ? Uni.createFrom().item(List.of())
                : ReviewRow.<ReviewRow>find("requestId in ?1 order by reviewedAt, id", requests)
                        .list();
    }
}
