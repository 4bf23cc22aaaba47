package dev.sallyport.sandbox.sqlserver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The catalog views, with the columns that are known of each, and the tables of the database. */
final class Catalog {

    private static final int FIXED = 1;

    /** @throws SqlError for what does not exist, or may not be read */
    static Relation relation(Session session, List<String> path) {
        String schema = path.size() > 1 ? path.get(path.size() - 2) : "dbo";
        String name = path.getLast();
        if (schema.equalsIgnoreCase("sys")) {
            return view(session, name.toLowerCase(java.util.Locale.ROOT));
        }
        Table table = session.database().table(schema, name).orElseThrow(() -> notThere(path));
        session.user();
        if (!session.database().may(session.user(), "SELECT", table)) {
            throw denied(session, "SELECT", table);
        }
        return new Relation(table.columns, table.rows);
    }

    static SqlError denied(Session session, String action, Table table) {
        return SqlError.of(
                229,
                14,
                5,
                "The " + action + " permission was denied on the object '" + table.name + "', database '"
                        + session.database().name + "', schema '" + table.schema + "'.");
    }

    static SqlError notThere(List<String> path) {
        return SqlError.of(208, "Invalid object name '" + String.join(".", path) + "'.");
    }

    private static Relation view(Session session, String name) {
        return switch (name) {
            case "databases" -> databases(session.instance());
            case "server_principals" -> serverPrincipals(session.instance());
            case "sql_logins" -> sqlLogins(session.instance());
            case "server_role_members" -> serverRoleMembers(session.instance());
            case "server_permissions" -> permissions(session.instance().permissions);
            case "database_principals" -> databasePrincipals(session.database());
            case "database_role_members" -> databaseRoleMembers(session.database());
            case "database_permissions" -> permissions(session.database().permissions);
            case "schemas" -> schemas(session.database());
            case "objects", "tables" -> objects(session.database());
            case "dm_exec_sessions" -> sessions(session);
            default -> throw notThere(List.of("sys", name));
        };
    }

    private static Relation databases(Instance instance) {
        Relation rows = Relation.of(
                "name",
                "database_id:int",
                "source_database_id:int",
                "owner_sid:binary",
                "user_access_desc",
                "is_read_only:bit",
                "state:int",
                "state_desc");
        for (Database each : instance.databases()) {
            rows.add(
                    each.name,
                    each.id,
                    null,
                    each.owner(),
                    each.singleUser ? "SINGLE_USER" : "MULTI_USER",
                    each.readOnly ? 1 : 0,
                    each.state.number,
                    each.state.name());
        }
        return rows;
    }

    private static Relation serverPrincipals(Instance instance) {
        Relation rows = Relation.of(
                "name",
                "principal_id:int",
                "sid:binary",
                "type",
                "type_desc",
                "is_disabled:bit",
                "default_database_name");
        for (Login each : instance.logins()) {
            rows.add(each.name, each.id, each.sid, "S", "SQL_LOGIN", each.disabled ? 1 : 0, each.defaultDatabase);
        }
        for (String role : Instance.SERVER_ROLES) {
            rows.add(role, Instance.roleId(role), null, "R", "SERVER_ROLE", 0, null);
        }
        return rows;
    }

    private static Relation sqlLogins(Instance instance) {
        Relation rows = Relation.of(
                "name",
                "principal_id:int",
                "sid:binary",
                "is_disabled:bit",
                "default_database_name",
                "is_policy_checked:bit",
                "is_expiration_checked:bit");
        for (Login each : instance.logins()) {
            rows.add(
                    each.name,
                    each.id,
                    each.sid,
                    each.disabled ? 1 : 0,
                    each.defaultDatabase,
                    each.policyChecked ? 1 : 0,
                    each.expirationChecked ? 1 : 0);
        }
        return rows;
    }

    private static Relation serverRoleMembers(Instance instance) {
        Relation rows = Relation.of("role_principal_id:int", "member_principal_id:int");
        for (Login each : instance.logins()) {
            each.roles.forEach(role -> rows.add(Instance.roleId(role), each.id));
        }
        return rows;
    }

    private static Relation permissions(List<Permission> permissions) {
        Relation rows = Relation.of(
                "class:int",
                "class_desc",
                "major_id:int",
                "minor_id:int",
                "grantee_principal_id:int",
                "grantor_principal_id:int",
                "permission_name",
                "state",
                "state_desc");
        for (Permission each : permissions) {
            rows.add(
                    each.scope().number,
                    each.scope().name(),
                    each.major(),
                    each.minor(),
                    each.grantee(),
                    Database.DBO,
                    each.name(),
                    each.state().letter,
                    each.state().name());
        }
        return rows;
    }

    private static Relation databasePrincipals(Database database) {
        Relation rows = Relation.of(
                "name",
                "principal_id:int",
                "type",
                "type_desc",
                "default_schema_name",
                "owning_principal_id:int",
                "sid:binary",
                "is_fixed_role:bit",
                "authentication_type:int");
        for (Principal each : database.principals()) {
            boolean role = each.type == Principal.Type.DATABASE_ROLE;
            @Nullable Integer owner = role ? each.owner : null;
            rows.add(
                    each.name,
                    each.id,
                    each.type.letter,
                    each.type.name(),
                    each.defaultSchema,
                    owner,
                    each.sid,
                    each.fixed ? FIXED : 0,
                    each.hasLogin ? 1 : 0);
        }
        return rows;
    }

    private static Relation databaseRoleMembers(Database database) {
        Relation rows = Relation.of("role_principal_id:int", "member_principal_id:int");
        for (Principal each : database.principals()) {
            each.memberOf.forEach(role -> rows.add(role.id, each.id));
        }
        return rows;
    }

    private static Relation schemas(Database database) {
        Relation rows = Relation.of("name", "schema_id:int", "principal_id:int");
        database.schemas.values().forEach(each -> rows.add(each.name(), each.id(), each.owner()));
        return rows;
    }

    private static Relation objects(Database database) {
        Relation rows = Relation.of("name", "object_id:int", "schema_id:int", "principal_id:int", "type", "type_desc");
        for (Table each : database.tables.values()) {
            int schema = database.schema(each.schema).map(Database.Schema::id).orElse(0);
            rows.add(each.name, each.id, schema, each.owner, "U", "USER_TABLE");
        }
        return rows;
    }

    private static Relation sessions(Session asking) {
        Relation rows =
                Relation.of("session_id:int", "login_name", "original_login_name", "is_user_process:bit", "status");
        boolean all = asking.instance().may(asking.login(), "VIEW SERVER STATE");
        for (Session each : asking.instance().sessions.values()) {
            if (all || each == asking) {
                rows.add(each.id(), each.login().name, each.login().name, 1, each == asking ? "running" : "sleeping");
            }
        }
        return rows;
    }

    private Catalog() {}
}
