package dev.sallyport.provisioner.roles;

import java.util.List;
import java.util.Locale;

/** The three roles that every instance gets. */
public enum RoleKind {
    RO,
    RW,
    DDL;

    public static final List<RoleKind> ALL = List.of(values());

    /** The role's name in the database, for instance {@code hoop_ro}. */
    public String name(String prefix) {
        return prefix + "_" + name().toLowerCase(Locale.ROOT);
    }
}
