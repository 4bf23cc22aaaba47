package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.policies.PolicyDocument;
import dev.sallyport.api.workflows.Availability;
import dev.sallyport.api.workflows.Selector;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The one place that features ask what is allowed, and on which terms. */
@ApplicationScoped
public class Rules {

    private final Transactions transactions;
    private final RuleStore store;
    private final RulesConfig config;
    private final BuiltIn builtIn;
    private final Evaluations evaluations;

    private volatile @Nullable Loaded loaded;

    Rules(Transactions transactions, RuleStore store, RulesConfig config, BuiltIn builtIn, Evaluations evaluations) {
        this.transactions = transactions;
        this.store = store;
        this.config = config;
        this.builtIn = builtIn;
        this.evaluations = evaluations;
    }

    private record Loaded(long revision, Rulebook book) {}

    /**
     * Runs {@code work} in a transaction with the rules as they are now, and keeps what the policies were asked, also when the work is
     * refused. Blocks.
     */
    public <T> T call(Function<Ruling, Uni<T>> work) {
        List<Ruling> rulings = new ArrayList<>(1);
        try {
            return transactions.call(() -> current().chain(book -> {
                Ruling ruling = new Ruling(book);
                rulings.add(ruling);
                return work.apply(ruling);
            }));
        } finally {
            rulings.forEach(ruling -> evaluations.keep(ruling.asked()));
        }
    }

    /** Part of the caller's transaction. Read anew only when somebody changed a rule, on whichever replica. */
    public Uni<Rulebook> current() {
        return store.revision().chain(revision -> {
            Loaded known = loaded;
            return known != null && known.revision() == revision
                    ? Uni.createFrom().item(known.book())
                    : store.all().map(this::read).invoke(book -> loaded = new Loaded(revision, book));
        });
    }

    /** The rules as they are now. Blocks. */
    public Rulebook book() {
        return transactions.call(this::current);
    }

    private Rulebook read(List<RuleRow> rows) {
        Map<String, PolicyDocument> policies = new LinkedHashMap<>();
        Map<String, Terms> workflows = new LinkedHashMap<>();
        Map<String, Selector> selectors = new LinkedHashMap<>();
        List<Availability> availabilities = new ArrayList<>();
        policies.put(Rulebook.DEFAULT, PolicyDocument.builtIn());
        workflows.put(Rulebook.DEFAULT, new Terms(Rulebook.DEFAULT, 0, builtIn.workflow()));
        for (RuleRow row : rows) {
            switch (row.kind) {
                case POLICY ->
                    policies.put(
                            row.name,
                            new PolicyDocument(
                                    row.name,
                                    read(row, new TypeReference<PolicyText>() {})
                                            .text()));
                case WORKFLOW ->
                    workflows.put(row.name, new Terms(row.name, row.revision, read(row, new TypeReference<>() {})));
                case SELECTOR -> selectors.put(row.name, read(row, new TypeReference<>() {}));
                case AVAILABILITY -> availabilities.add(read(row, new TypeReference<>() {}));
            }
        }
        return new Rulebook(List.copyOf(policies.values()), workflows, selectors, availabilities, this::isHere);
    }

    private static <T> T read(RuleRow row, TypeReference<T> type) {
        return StoredJson.read(row.body, type);
    }

    /** Whether its people are those of this installation. */
    private boolean isHere(Availability availability) {
        return availability.identityStore() == null
                || Optional.of(availability.identityStore()).equals(config.identityStoreId());
    }
}
