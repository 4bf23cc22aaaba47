package dev.sallyport.provisioner.roles;

import java.util.Set;

/** What each role may do: the whole table, in the words of each engine's GRANT. */
final class Privileges {

    /** PostgreSQL, on tables, views, materialized views, foreign and partitioned tables. */
    static Set<String> onPostgresTables(RoleKind role) {
        return switch (role) {
            case RO -> Set.of("SELECT");
            case RW -> Set.of("SELECT", "INSERT", "UPDATE", "DELETE");
            case DDL -> Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER");
        };
    }

    /** PostgreSQL: who inserts draws numbers. */
    static Set<String> onPostgresSequences(RoleKind role) {
        return switch (role) {
            case RO -> Set.of();
            case RW, DDL -> Set.of("USAGE");
        };
    }

    /** MySQL and MariaDB, on a schema with everything in it. */
    static Set<String> onMySqlSchemas(RoleKind role) {
        return switch (role) {
            case RO -> Set.of("SELECT");
            case RW -> Set.of("SELECT", "INSERT", "UPDATE", "DELETE");
            case DDL -> Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "ALTER", "CREATE", "DROP");
        };
    }

    /** SQL Server: the fixed roles of each database that it is a member of. */
    static Set<String> sqlServerDatabaseRoles(RoleKind role) {
        return switch (role) {
            case RO -> Set.of("db_datareader");
            case RW -> Set.of("db_datareader", "db_datawriter");
            case DDL -> Set.of("db_datareader", "db_datawriter", "db_ddladmin");
        };
    }

    private Privileges() {}
}
