package dev.sallyport.provisioner.roles;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A permission that somebody was given by name, and not by being in a role.
 *
 * @param securable what it is on, as REVOKE takes it after ON; nothing for the database or the server itself
 * @param known whether {@code securable} could be found out
 * @param state {@code G} granted, {@code W} with the right to grant it on, {@code D} denied
 */
record SqlServerPermission(String name, Optional<String> securable, boolean known, String state) {

    private static final String WITH_GRANT_OPTION = "W";
    private static final String DENIED = "D";

    /** The permissions on the server of the principal with this id, in the database {@code master}. */
    static List<SqlServerPermission> onServer(SqlServerSession session, String principalId) throws SQLException {
        List<SqlServerPermission> permissions = new ArrayList<>();
        for (List<String> row : session.rows("SELECT class, class_desc, permission_name, state,"
                + " SUSER_NAME(major_id) AS login_name FROM sys.server_permissions WHERE grantee_principal_id = "
                + principalId)) {
            boolean server = row.get(0).equals("100");
            boolean login = row.get(0).equals("101");
            Optional<String> securable = server
                    ? Optional.empty()
                    : Optional.of(login ? "LOGIN::" + Quoted.sqlServerName(row.get(4)) : row.get(1));
            permissions.add(new SqlServerPermission(row.get(2), securable, server || login, row.get(3)));
        }
        return permissions;
    }

    /** The permissions in the session's database of the principal with this id. */
    static List<SqlServerPermission> inDatabase(SqlServerSession session, String principalId) throws SQLException {
        List<SqlServerPermission> permissions = new ArrayList<>();
        for (List<String> row : session.rows("SELECT class, class_desc, permission_name, state,"
                + " OBJECT_SCHEMA_NAME(major_id) AS object_schema, OBJECT_NAME(major_id) AS object_name,"
                + " COL_NAME(major_id, minor_id) AS column_name, SCHEMA_NAME(major_id) AS schema_name,"
                + " USER_NAME(major_id) AS principal_name, minor_id, major_id"
                + " FROM sys.database_permissions WHERE grantee_principal_id = " + principalId)) {
            Optional<String> securable = securable(session, row);
            boolean known = row.get(0).equals("0") || securable.isPresent();
            permissions.add(new SqlServerPermission(
                    row.get(2), known ? securable : Optional.of(row.get(1)), known, row.get(3)));
        }
        return permissions;
    }

    /** Whether it is what everybody has who may come in at all. */
    boolean isLogin() {
        return securable.isEmpty() && (name.equals("CONNECT SQL") || name.equals("CONNECT"));
    }

    boolean denied() {
        return state.equals(DENIED);
    }

    String revocation(String grantee) {
        return "REVOKE " + name + securable.map(on -> " ON " + on).orElse("") + " FROM " + Quoted.sqlServerName(grantee)
                + (state.equals(WITH_GRANT_OPTION) ? " CASCADE" : "");
    }

    String text() {
        return (denied() ? "the denial of " : "")
                + name
                + securable.map(on -> " on " + on).orElse("");
    }

    /** Classes of sys.database_permissions: 1 objects and columns, 3 schemas, 4 principals. */
    private static Optional<String> securable(SqlServerSession session, List<String> row) throws SQLException {
        return switch (row.get(0)) {
            case "1" -> {
                String object = Quoted.sqlServerName(row.get(4)) + "." + Quoted.sqlServerName(row.get(5));
                String column = row.get(9).equals("0") ? "" : " (" + Quoted.sqlServerName(row.get(6)) + ")";
                yield Optional.of("OBJECT::" + object + column);
            }
            case "3" -> Optional.of("SCHEMA::" + Quoted.sqlServerName(row.get(7)));
            case "4" -> {
                boolean role = !session.rows("SELECT name FROM sys.database_principals WHERE type = 'R'"
                                + " AND principal_id = " + row.get(10))
                        .isEmpty();
                yield Optional.of((role ? "ROLE::" : "USER::") + Quoted.sqlServerName(row.get(8)));
            }
            default -> Optional.empty();
        };
    }
}
