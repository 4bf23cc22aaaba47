package dev.sallyport.sandbox.sqlserver;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A user or a role of one database. Guarded by the instance's lock. */
final class Principal {

    /** The type in sys.database_principals. */
    enum Type {
        SQL_USER("S"),
        DATABASE_ROLE("R");

        final String letter;

        Type(String letter) {
            this.letter = letter;
        }
    }

    final int id;
    final Type type;
    final boolean fixed;
    final Set<Principal> memberOf = new LinkedHashSet<>();
    String name;
    /** Null for roles. */
    @Nullable Sid sid;
    /** Whether it was made for a login, which may be gone. */
    boolean hasLogin;
    /** Of roles only. */
    int owner = Database.DBO;

    @Nullable String defaultSchema;

    Principal(int id, String name, Type type, boolean fixed) {
        this.id = id;
        this.name = name;
        this.type = type;
        this.fixed = fixed;
    }

    boolean isIn(String role) {
        return memberOf.stream().anyMatch(each -> each.name.equals(role) || each.isIn(role));
    }
}
