package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.grants.Grantee;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What the four kinds of rules have in common over REST. Every method blocks. */
@RequestScoped
class RuleCalls {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final Caller caller;
    private final Transactions transactions;
    private final RuleStore store;

    RuleCalls(Caller caller, Transactions transactions, RuleStore store) {
        this.caller = caller;
        this.transactions = transactions;
        this.store = store;
    }

    /** A rule as it was; the body is null where it was deleted. */
    @Schema(name = "RuleVersion")
    record Version(
            int revision,
            Instant changedAt,
            String changedBy,
            @Schema(implementation = Object.class) @Nullable Object body) {}

    <V> Page<V> page(RuleKind kind, @Nullable String limit, @Nullable String cursor, Function<RuleRow, V> view) {
        PageQuery query = PageQuery.of(limit, cursor);
        return transactions.call(() -> store.page(kind, query)).map(view);
    }

    /** @param otherwise what is there when nothing is stored; may say that there is nothing */
    <V> RestResponse<V> get(RuleKind kind, String name, Function<RuleRow, V> view, Supplier<V> otherwise) {
        return transactions
                .call(() -> store.find(kind, name).map(Optional::ofNullable))
                .map(row -> tagged(row.revision, view.apply(row)))
                .orElseGet(() -> tagged(0, otherwise.get()));
    }

    Page<Version> versions(RuleKind kind, String name, @Nullable String limit, @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        return transactions
                .call(() -> store.versions(kind, name, query))
                .map(row -> new Version(
                        row.revision,
                        row.changedAt,
                        row.changedBy,
                        row.body == null ? null : StoredJson.read(row.body, new TypeReference<>() {})));
    }

    /** @param check refuses what refers to something that is not there; part of the transaction, with the rules locked */
    <V> RestResponse<V> put(
            RuleKind kind,
            String name,
            Object body,
            Expected expected,
            Supplier<Uni<Void>> check,
            Function<RuleRow, V> view) {
        if (!NAME.matcher(name).matches()) {
            throw ProblemException.badRequest(
                    "invalid_name",
                    "a name has 1 to 63 letters, digits, dots, hyphens and underscores, a letter or digit first");
        }
        Grantee by = caller.grantee();
        RuleRow row = transactions.call(() -> store.lock()
                .chain(() -> check.get())
                .chain(() -> store.put(kind, name, StoredJson.write(body), by, expected)));
        return tagged(row.revision, view.apply(row));
    }

    /** @param check refuses when something refers to it */
    void delete(RuleKind kind, String name, Expected expected, Supplier<Uni<Void>> check) {
        Grantee by = caller.grantee();
        boolean gone = transactions.call(
                () -> store.lock().chain(() -> check.get()).chain(() -> store.delete(kind, name, by, expected)));
        if (!gone) {
            throw ProblemException.notFound(kind.label(), name);
        }
    }

    private static <V> RestResponse<V> tagged(int revision, V view) {
        return RestResponse.ResponseBuilder.ok(view)
                .header("ETag", "\"" + revision + "\"")
                .build();
    }
}
