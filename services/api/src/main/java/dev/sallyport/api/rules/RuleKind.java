package dev.sallyport.api.rules;

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
}
