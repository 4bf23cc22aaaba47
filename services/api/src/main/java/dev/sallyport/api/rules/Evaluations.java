package dev.sallyport.api.rules;

import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.kernel.Id;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What the policies were asked and what they answered, kept for a time. Every method blocks. */
@ApplicationScoped
public class Evaluations {

    private static final Logger LOG = Logger.getLogger(Evaluations.class);

    private static final String PREFIX = "evl_";

    /** Rows at a time, so that nobody waits for the tidying. */
    private static final int TIDIED_AT_ONCE = 5_000;

    private final Transactions transactions;
    private final RulesConfig config;
    private final MeterRegistry meters;
    private final InstantSource clock;

    Evaluations(Transactions transactions, RulesConfig config, MeterRegistry meters, InstantSource clock) {
        this.transactions = transactions;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
    }

    /** Which are looked for; null for any. */
    record Filter(
            @Nullable String person,
            @Nullable String action,
            @Nullable String target,
            @Nullable String role,
            @Nullable Boolean allowed,
            @Nullable Instant from,
            @Nullable Instant until) {}

    /** In a transaction of its own: a refusal is kept although what it refused is rolled back. What cannot be kept is logged. */
    void keep(List<Ruling.Evaluated> asked) {
        if (asked.isEmpty()) {
            return;
        }
        asked.forEach(one -> meters.counter(
                        "sallyport.access.evaluations",
                        "action",
                        one.question().action().label(),
                        "decision",
                        one.verdict().allowed() ? "allow" : "deny")
                .increment());
        try {
            List<EvaluationRow> rows = asked.stream().map(this::row).toList();
            transactions.call(() -> EvaluationRow.persist(rows));
        } catch (RuntimeException e) {
            LOG.errorf("%d answers of the policies could not be kept: %s", asked.size(), e.getMessage());
        }
    }

    private EvaluationRow row(Ruling.Evaluated asked) {
        EvaluationRow row = new EvaluationRow();
        row.id = Id.next(PREFIX, clock);
        row.evaluatedAt = asked.question().now();
        row.subject = asked.question().person().subject();
        row.personName = asked.question().person().grantee().name();
        row.personEmail = asked.question().person().grantee().email();
        row.action = asked.question().action().label();
        row.target = asked.question().resource().target().toString();
        row.role = asked.question().resource().role();
        row.ownerSubject = asked.question().owner().subject();
        row.allowed = asked.verdict().allowed();
        row.why = asked.verdict().why();
        row.policies = asked.verdict().policies().toArray(String[]::new);
        return row;
    }

    /** The newest first. */
    Page<EvaluationRow> page(Filter filter, PageQuery query) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        conditions.add("id < :after");
        values.put("after", query.after().orElse(PREFIX + "~"));
        with(
                filter.person(),
                "(subject = :person or personName = :person or personEmail = :person)",
                "person",
                conditions,
                values);
        with(filter.action(), "action = :action", "action", conditions, values);
        with(filter.target(), "target = :target", "target", conditions, values);
        with(filter.role(), "role = :role", "role", conditions, values);
        with(filter.allowed(), "allowed = :allowed", "allowed", conditions, values);
        with(filter.from(), "evaluatedAt >= :since", "since", conditions, values);
        with(filter.until(), "evaluatedAt < :until", "until", conditions, values);
        String where = String.join(" and ", conditions) + " order by id desc";
        return transactions.call(() -> EvaluationRow.<EvaluationRow>find(where, values)
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.id, row -> row)));
    }

    private static void with(
            @Nullable Object value,
            String condition,
            String name,
            List<String> conditions,
            Map<String, Object> values) {
        Optional.ofNullable(value).ifPresent(given -> {
            conditions.add(condition);
            values.put(name, given);
        });
    }

    /** Forgets what is too old. On several replicas at once each takes other rows. */
    @Scheduled(every = "10m", delayed = "1m")
    @RunOnVirtualThread
    void tidy() {
        Instant limit = clock.instant().minus(config.evaluationsRetention());
        int gone;
        do {
            gone = transactions.call(() -> Panache.getSession()
                    .chain(session -> session.createNativeQuery(
                                    "DELETE FROM access_evaluation WHERE id IN (SELECT id FROM"
                                            + " access_evaluation WHERE evaluated_at < :limit LIMIT :some FOR UPDATE SKIP LOCKED)")
                            .setParameter("limit", limit.atOffset(ZoneOffset.UTC))
                            .setParameter("some", TIDIED_AT_ONCE)
                            .executeUpdate()));
        } while (gone == TIDIED_AT_ONCE);
    }
}
