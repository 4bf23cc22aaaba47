package dev.sallyport.api.rules;

import dev.sallyport.api.changes.Changes;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.grants.Grantee;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules and all their revisions. Each method is part of the caller's transaction. Whoever changes a rule holds the row of the whole
 * book's revision until the transaction ends: changes stand in line, and a reader never takes an old book for a new one.
 */
@ApplicationScoped
class RuleStore {

    private final Changes changes;
    private final InstantSource clock;

    RuleStore(Changes changes, InstantSource clock) {
        this.changes = changes;
        this.clock = clock;
    }

    /** Of the whole book: counts up with each change. */
    Uni<Long> revision() {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery("SELECT revision FROM access_rule_state", Long.class)
                        .getSingleResult());
    }

    Uni<List<RuleRow>> all() {
        return RuleRow.<RuleRow>find("order by id").list();
    }

    Uni<List<RuleRow>> all(RuleKind kind) {
        return RuleRow.<RuleRow>find("kind = ?1 order by name", kind).list();
    }

    Uni<Page<RuleRow>> page(RuleKind kind, PageQuery query) {
        return RuleRow.<RuleRow>find(
                        "kind = ?1 and name > ?2 order by name",
                        kind,
                        query.after().orElse(""))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.name, row -> row));
    }

    Uni<@Nullable RuleRow> find(RuleKind kind, String name) {
        return RuleRow.findById(RuleRow.id(kind, name));
    }

    /** The newest first. */
    Uni<Page<RuleVersionRow>> versions(RuleKind kind, String name, PageQuery query) {
        return RuleVersionRow.<RuleVersionRow>find(
                        "ruleId = ?1 and revision < ?2 order by revision desc",
                        RuleRow.id(kind, name),
                        query.after().map(RuleStore::revision).orElse(Integer.MAX_VALUE))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> Integer.toString(row.revision), row -> row));
    }

    /** Before anything is looked at that a change depends on. */
    Uni<Void> lock() {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(
                                "SELECT revision FROM access_rule_state FOR UPDATE", Long.class)
                        .getSingleResult())
                .replaceWithVoid();
    }

    /** Stores it, unless it is there already as it is given: then nothing changes. After {@link #lock()}. */
    Uni<RuleRow> put(RuleKind kind, String name, String body, Grantee by, Expected expected) {
        return find(kind, name).chain(known -> {
            expected.check(known == null ? 0 : known.revision);
            if (known != null && known.body.equals(body)) {
                return Uni.createFrom().item(known);
            }
            RuleRow row = known == null ? fresh(kind, name) : known;
            String before = known == null ? null : known.body;
            return nextRevision(row.id).chain(revision -> {
                row.revision = revision;
                row.body = body;
                row.updatedAt = clock.instant();
                row.updatedBy = by.subject();
                return row.<RuleRow>persist().call(() -> changed(row, revision, before, body, by));
            });
        });
    }

    /** True when there was one. After {@link #lock()}. */
    Uni<Boolean> delete(RuleKind kind, String name, Grantee by, Expected expected) {
        return find(kind, name).chain(known -> {
            expected.check(known == null ? 0 : known.revision);
            return known == null
                    ? Uni.createFrom().item(false)
                    : nextRevision(known.id)
                            .chain(revision -> changed(known, revision, known.body, null, by))
                            .chain(known::delete)
                            .replaceWith(true);
        });
    }

    private static RuleRow fresh(RuleKind kind, String name) {
        RuleRow row = new RuleRow();
        row.id = RuleRow.id(kind, name);
        row.kind = kind;
        row.name = name;
        return row;
    }

    /** Also behind a deletion: a revision names one text for ever. */
    private static Uni<Integer> nextRevision(String ruleId) {
        return RuleVersionRow.count("ruleId", ruleId).map(count -> Math.toIntExact(count + 1));
    }

    private Uni<Void> changed(RuleRow rule, int revision, @Nullable String before, @Nullable String body, Grantee by) {
        RuleVersionRow version = new RuleVersionRow();
        version.id = rule.id + "/" + revision;
        version.ruleId = rule.id;
        version.revision = revision;
        version.body = body;
        version.changedAt = clock.instant();
        version.changedBy = by.subject();
        return version.persist()
                .chain(Panache::getSession)
                .chain(session -> session.createNativeQuery("UPDATE access_rule_state SET revision = revision + 1")
                        .executeUpdate())
                .chain(() -> changes.tell(rule.kind.told(), rule.name, before, body, revision, by));
    }

    private static int revision(String cursor) {
        try {
            return Integer.parseInt(cursor);
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest("invalid_cursor", "cursor is the next_cursor of the page before");
        }
    }
}
