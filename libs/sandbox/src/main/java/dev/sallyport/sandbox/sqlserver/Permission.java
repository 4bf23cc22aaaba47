package dev.sallyport.sandbox.sqlserver;

/**
 * A permission as sys.database_permissions and sys.server_permissions have it.
 *
 * @param major the object, schema or principal; 0 for all of it
 * @param minor the column; 0 for all
 * @param state how it was given
 */
record Permission(int grantee, Scope scope, int major, int minor, String name, State state) {

    /** The classes of what permissions are on. */
    enum Scope {
        DATABASE(0),
        OBJECT_OR_COLUMN(1),
        SCHEMA(3),
        DATABASE_PRINCIPAL(4),
        SERVER(100),
        SERVER_PRINCIPAL(101);

        final int number;

        Scope(int number) {
            this.number = number;
        }
    }

    enum State {
        GRANT("G"),
        GRANT_WITH_GRANT_OPTION("W"),
        DENY("D");

        final String letter;

        State(String letter) {
            this.letter = letter;
        }
    }

    boolean sameAs(Permission other) {
        return grantee == other.grantee
                && scope == other.scope
                && major == other.major
                && minor == other.minor
                && name.equals(other.name);
    }
}
