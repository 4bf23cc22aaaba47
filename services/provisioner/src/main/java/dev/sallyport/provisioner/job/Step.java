package dev.sallyport.provisioner.job;

import java.util.Locale;
import java.util.Optional;

/** The steps of a job, in the order of doing. */
enum Step {
    PREFLIGHT,
    NETWORK,
    MASTER,
    ROLES;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Step ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    Optional<Step> next() {
        return this == ROLES ? Optional.empty() : Optional.of(values()[ordinal() + 1]);
    }
}
