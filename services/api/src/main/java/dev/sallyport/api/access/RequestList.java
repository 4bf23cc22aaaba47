package dev.sallyport.api.access;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Rulebook;
import dev.sallyport.api.rules.Rules;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Requests, to look at. Every method blocks. */
@ApplicationScoped
public class RequestList {

    private final Transactions transactions;
    private final Rules rules;
    private final Permission permission;
    private final Reviewers reviewers;
    private final StoredTerms terms;

    RequestList(Transactions transactions, Rules rules, Permission permission, Reviewers reviewers, StoredTerms terms) {
        this.transactions = transactions;
        this.rules = rules;
        this.permission = permission;
        this.reviewers = reviewers;
        this.terms = terms;
    }

    /** What the person may see, the newest first: their own, and everybody's for those who decide or audit. */
    public Page<RequestView> page(Person person, PageQuery query) {
        return transactions.call(() -> {
            PanacheQuery<RequestRow> found = Requests.seesAll(person)
                    ? RequestRow.find("id < ?1 order by id desc", after(query))
                    : RequestRow.find(
                            "requesterSubject = ?2 and id < ?1 order by id desc", after(query), person.subject());
            return found.range(0, query.limit())
                    .list()
                    .chain(rows -> views(rows).map(views -> Page.of(rows, query, row -> row.id, views::get)));
        });
    }

    /** The open requests of others that the person may decide on, the newest first; a page may hold fewer than it could. */
    public Page<RequestView> toReview(Person person, PageQuery query) {
        return transactions.call(() -> rules.current()
                .chain(book -> RequestRow.<RequestRow>find(
                                "status = ?1 and requesterSubject <> ?2 and id < ?3 order by id desc",
                                RequestStatus.REQUESTED,
                                person.subject(),
                                after(query))
                        .range(0, query.limit())
                        .list()
                        .chain(rows -> reviewable(book, person, rows)
                                .chain(mine -> views(rows).map(views -> {
                                    Page<RequestRow> page = Page.of(rows, query, row -> row.id, row -> row);
                                    return new Page<>(
                                            page.items().stream()
                                                    .filter(mine::contains)
                                                    .map(views::get)
                                                    .toList(),
                                            page.nextCursor());
                                })))));
    }

    /** @throws ProblemException 404, also for what the person may not see: it is neither theirs nor for them to decide on */
    public RequestView get(Person person, String id) {
        return transactions.call(() -> RequestRow.<RequestRow>findById(id)
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("request", id))
                .call(row -> Requests.seesAll(person) || person.is(row.requester())
                        ? Uni.createFrom().voidItem()
                        : rules.current()
                                .chain(book -> mayReview(book, person, row))
                                .invoke(may -> {
                                    if (!may) {
                                        throw ProblemException.notFound("request", id);
                                    }
                                }))
                .chain(row -> views(List.of(row)).map(views -> views.get(row))));
    }

    /** Whether the person may approve or deny it now, as far as can be said before they do. */
    public boolean awaits(Person person, RequestView request) {
        boolean reviewed = request.reviews().stream()
                .anyMatch(review -> review.reviewer().subject().equals(person.subject()));
        if (request.status() != RequestStatus.REQUESTED
                || request.requester().subject().equals(person.subject())
                || reviewed) {
            return false;
        }
        return transactions.call(() -> RequestRow.<RequestRow>findById(request.id())
                .chain(row -> rules.current().chain(book -> mayReview(book, person, row))));
    }

    private Uni<Set<RequestRow>> reviewable(Rulebook book, Person person, List<RequestRow> rows) {
        Set<RequestRow> mine = new HashSet<>();
        return Multi.createFrom()
                .iterable(rows)
                .onItem()
                .transformToUniAndConcatenate(row -> mayReview(book, person, row)
                        .invoke(may -> {
                            if (may) {
                                mine.add(row);
                            }
                        }))
                .collect()
                .last()
                .replaceWith(mine);
    }

    private Uni<Boolean> mayReview(Rulebook book, Person person, RequestRow row) {
        return permission
                .question(PolicyAction.APPROVE, person, reviewers.about(row))
                .map(question -> book.ask(question).allowed() && reviewers.hasAStep(row, question));
    }

    private Uni<Map<RequestRow, RequestView>> views(List<RequestRow> rows) {
        return ReviewRow.of(rows.stream().map(row -> row.id).toList())
                .map(reviews -> rows.stream()
                        .collect(Collectors.toMap(
                                row -> row,
                                row -> RequestView.of(
                                        row,
                                        terms.read(row.terms),
                                        reviews.stream()
                                                .filter(review -> review.requestId.equals(row.id))
                                                .toList()))));
    }

    /** Behind every id there is, for the first page. */
    private static String after(PageQuery query) {
        return query.after().orElse("req_~");
    }
}
