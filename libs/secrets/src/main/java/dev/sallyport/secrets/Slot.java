package dev.sallyport.secrets;

import java.util.Locale;

/** The two places of a secret. */
enum Slot {
    CURRENT,
    PENDING;

    /** As the column {@code slot} has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
