package dev.sallyport.api.rules;

import dev.sallyport.contracts.configuration.ConfigurationChanged.Kind;
import java.util.Locale;

/** What is kept under a name. */
enum RuleKind {
    WORKFLOW,
    SELECTOR,
    AVAILABILITY,
    POLICY;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As the public is told of its changes. */
    Kind told() {
        return Kind.valueOf(name());
    }
}
