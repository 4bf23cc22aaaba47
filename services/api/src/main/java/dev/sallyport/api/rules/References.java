package dev.sallyport.api.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Availability;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps availabilities from naming what is not there. Each method is part of the caller's transaction, with the rules locked. */
@ApplicationScoped
class References {

    private final RuleStore store;
    private final RulesConfig config;

    References(RuleStore store, RulesConfig config) {
        this.store = store;
        this.config = config;
    }

    Uni<Void> refuseUnknown(Availability availability) {
        String identityStore = availability.identityStore();
        if (identityStore != null
                && !identityStore.equals(config.identityStoreId().orElse(null))) {
            throw ProblemException.badRequest(
                    "unknown_identity_store",
                    config.identityStoreId()
                            .map(known -> "identity_store is " + known + " here: leave it out, or name it")
                            .orElse("no identity store is configured here: leave identity_store out, or set"
                                    + " sallyport.rules.identity-store-id"));
        }
        Uni<Void> workflow = availability.workflow().equals(Rulebook.DEFAULT)
                ? Uni.createFrom().voidItem()
                : known(RuleKind.WORKFLOW, availability.workflow());
        return workflow.chain(() -> known(RuleKind.SELECTOR, availability.selector()));
    }

    private Uni<Void> known(RuleKind kind, @Nullable String name) {
        return name == null
                ? Uni.createFrom().voidItem()
                : store.find(kind, name)
                        .invoke(row -> {
                            if (row == null) {
                                throw ProblemException.badRequest(
                                        "unknown_" + kind.label(),
                                        "there is no " + kind.label() + " '" + name + "': store it first");
                            }
                        })
                        .replaceWithVoid();
    }

    Uni<Void> refuseWhileUsed(RuleKind kind, String name) {
        boolean staysBuiltIn = kind == RuleKind.WORKFLOW && name.equals(Rulebook.DEFAULT);
        return staysBuiltIn
                ? Uni.createFrom().voidItem()
                : store.all(RuleKind.AVAILABILITY)
                        .invoke(rows -> refuseUsed(kind, name, rows))
                        .replaceWithVoid();
    }

    private static void refuseUsed(RuleKind kind, String name, List<RuleRow> availabilities) {
        List<String> users = availabilities.stream()
                .filter(row -> {
                    Availability one = StoredJson.read(row.body, new TypeReference<>() {});
                    return name.equals(Objects.requireNonNullElse(
                            kind == RuleKind.WORKFLOW ? one.workflow() : one.selector(), ""));
                })
                .map(row -> row.name)
                .toList();
        if (!users.isEmpty()) {
            throw ProblemException.conflict(
                    "in_use",
                    "the availabilities " + String.join(", ", users) + " use this " + kind.label()
                            + ": change or remove them first");
        }
    }
}
