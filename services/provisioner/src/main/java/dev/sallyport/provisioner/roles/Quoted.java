package dev.sallyport.provisioner.roles;

/** Names and texts as SQL takes them, whatever characters are in them. */
final class Quoted {

    /** PostgreSQL manual, 4.1.1: in double quotes, a double quote doubled. */
    static String postgresName(String name) {
        return '"' + refuseNul(name).replace("\"", "\"\"") + '"';
    }

    /** MySQL manual, 9.2: in backticks, a backtick doubled. */
    static String mysqlName(String name) {
        return '`' + refuseNul(name).replace("`", "``") + '`';
    }

    /**
     * A schema's name where GRANT takes a pattern: {@code _} and {@code %} would match other schemas too. With the system
     * variable {@code partial_revokes} on they mean themselves, and a backslash too (MySQL manual, 13.7.1.6).
     */
    static String mysqlPattern(String schema, boolean partialRevokes) {
        return partialRevokes
                ? schema
                : schema.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    }

    /** A text in single quotes, for a session in which a backslash is a character like others. */
    static String text(String value) {
        return '\'' + refuseNul(value).replace("'", "''") + '\'';
    }

    /** T-SQL, "Database identifiers": in brackets, a closing bracket doubled, as QUOTENAME does. */
    static String sqlServerName(String name) {
        return '[' + refuseNul(name).replace("]", "]]") + ']';
    }

    /** A Unicode text of T-SQL. */
    static String sqlServerText(String value) {
        return 'N' + text(value);
    }

    private static String refuseNul(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name in SQL holds no NUL");
        }
        return value;
    }

    private Quoted() {}
}
