package dev.sallyport.provisioner.roles;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing to change about one role's privileges.
 *
 * @param privileges separated by comma and space
 */
record PostgresChange(Verb verb, PostgresObject object, String privileges) {

    enum Verb {
        GRANT("GRANT ", " TO ", ""),
        /** With CASCADE: what the role passed on goes too. */
        REVOKE("REVOKE ", " FROM ", " CASCADE"),
        REVOKE_GRANT_OPTION("REVOKE GRANT OPTION FOR ", " FROM ", " CASCADE");

        private final String before;
        private final String preposition;
        private final String after;

        Verb(String before, String preposition, String after) {
            this.before = before;
            this.preposition = preposition;
            this.after = after;
        }
    }

    /** Changes with the same key fit in one statement. */
    record Key(Verb verb, PostgresObject.Kind kind, String privileges) {

        String sql(String objects, String role) {
            return verb.before + privileges + " ON " + kind.sql() + " " + objects + verb.preposition
                    + Quoted.postgresName(role) + verb.after;
        }
    }

    Key key() {
        return new Key(verb, object.kind(), privileges);
    }

    /** The owner that the master has to be lent first. */
    Optional<String> lender() {
        return object.standing() == Standing.LENDABLE ? Optional.of(object.owner()) : Optional.empty();
    }

    /** For people. */
    String label() {
        String what = privileges + " on " + object.kind().sql().toLowerCase(Locale.ROOT) + " " + object.sql();
        return verb == Verb.GRANT ? what + " was not granted" : what + " was not revoked";
    }
}
