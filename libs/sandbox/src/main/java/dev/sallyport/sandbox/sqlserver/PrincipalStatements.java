package dev.sallyport.sandbox.sqlserver;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Users, database roles and their members, and who owns what. */
final class PrincipalStatements {

    private final Tokens tokens;

    PrincipalStatements(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Null when the statement is none of these. */
    @Nullable Statement parse() {
        if (tokens.accept("CREATE", "USER")) {
            return createUser();
        }
        if (tokens.accept("ALTER", "USER")) {
            return alterUser();
        }
        if (tokens.accept("DROP", "USER")) {
            return dropUser(tokens.name());
        }
        if (tokens.accept("CREATE", "ROLE")) {
            return createRole();
        }
        if (tokens.accept("DROP", "ROLE")) {
            return dropRole(tokens.name());
        }
        if (tokens.accept("ALTER", "ROLE")) {
            return member();
        }
        return tokens.accept("ALTER", "AUTHORIZATION", "ON") ? authorization() : null;
    }

    private Statement createUser() {
        String name = tokens.name();
        if (tokens.accept("WITHOUT", "LOGIN")) {
            return session -> {
                Principal user = newUser(session, name);
                user.sid = Sid.next();
            };
        }
        if (!tokens.accept("FOR")) {
            tokens.expect("FROM");
        }
        tokens.expect("LOGIN");
        String loginName = tokens.name();
        @Nullable String schema = tokens.accept("WITH", "DEFAULT_SCHEMA", "=") ? tokens.name() : "dbo";
        return session -> {
            Login login = login(session, loginName);
            requireFree(session, login, name);
            Principal user = newUser(session, name);
            user.sid = login.sid;
            user.hasLogin = true;
            user.defaultSchema = schema;
        };
    }

    private static Principal newUser(Session session, String name) {
        session.requireOwner();
        Database database = session.database();
        if (database.principal(name).isPresent()) {
            throw SqlError.of(15023, "User, group, or role '" + name + "' already exists in the current database.");
        }
        Principal user = database.add(new Principal(database.nextId(), name, Principal.Type.SQL_USER, false));
        database.grant(new Permission(user.id, Permission.Scope.DATABASE, 0, 0, "CONNECT", Permission.State.GRANT));
        return user;
    }

    private static Login login(Session session, String name) {
        return session.instance()
                .login(name)
                .orElseThrow(
                        () -> SqlError.of(15007, "'" + name + "' is not a valid login or you do not have permission."));
    }

    private static void requireFree(Session session, Login login, String name) {
        Optional<Principal> other = session.database().userOf(login.sid);
        if (other.isPresent() && !other.get().name.equalsIgnoreCase(name)) {
            throw SqlError.of(15063, "The login already has an account under a different user name.");
        }
    }

    private Statement alterUser() {
        String name = tokens.name();
        tokens.expect("WITH");
        if (tokens.accept("NAME", "=")) {
            String next = tokens.name();
            return session -> session.database().rename(user(session, "alter", name), next);
        }
        tokens.expect("LOGIN", "=");
        String loginName = tokens.name();
        return session -> {
            Principal user = user(session, "alter", name);
            Login login = login(session, loginName);
            if (!user.hasLogin) {
                throw SqlError.of(
                        33016,
                        "The user cannot be remapped to a login. Remapping can only be done for users that were"
                                + " mapped to Windows or SQL logins.");
            }
            requireFree(session, login, name);
            user.sid = login.sid;
        };
    }

    private static Principal user(Session session, String verb, String name) {
        session.requireOwner();
        Principal user = session.database()
                .principal(name)
                .filter(each -> each.type == Principal.Type.SQL_USER)
                .orElseThrow(() -> SqlError.cannot(verb, "user", name));
        if (user.id <= Database.GUEST) {
            throw SqlError.of(15150, "Cannot " + verb + " the user '" + name + "'.");
        }
        return user;
    }

    private static Statement dropUser(String name) {
        return session -> {
            Principal user = user(session, "drop", name);
            Database database = session.database();
            if (database.schemas.values().stream().anyMatch(each -> each.owner() == user.id)) {
                throw SqlError.of(
                        15138, "The database principal owns a schema in the database, and cannot be dropped.");
            }
            if (database.tables.values().stream()
                    .anyMatch(each -> Integer.valueOf(user.id).equals(each.owner))) {
                throw SqlError.of(15183, "The database principal owns objects in the database and cannot be dropped.");
            }
            for (Principal each : database.principals()) {
                if (each.type == Principal.Type.DATABASE_ROLE && each.owner == user.id) {
                    throw SqlError.of(15421, "The database principal owns a database role and cannot be dropped.");
                }
            }
            database.remove(user);
        };
    }

    private Statement createRole() {
        String name = tokens.name();
        @Nullable String owner = tokens.accept("AUTHORIZATION") ? tokens.name() : null;
        return session -> {
            session.requireOwner();
            Database database = session.database();
            if (database.principal(name).isPresent()) {
                throw SqlError.of(15023, "User, group, or role '" + name + "' already exists in the current database.");
            }
            Principal role = new Principal(database.nextId(), name, Principal.Type.DATABASE_ROLE, false);
            if (owner != null) {
                role.owner = principal(session, owner).id;
            }
            database.add(role);
        };
    }

    private static Statement dropRole(String name) {
        return session -> {
            session.requireOwner();
            Principal role = principal(session, name);
            if (role.fixed || role.id == Database.PUBLIC || role.type != Principal.Type.DATABASE_ROLE) {
                throw SqlError.cannot("drop", "role", name);
            }
            for (Principal each : session.database().principals()) {
                if (each.memberOf.contains(role)) {
                    throw SqlError.of(15144, "The role has members. It must be empty before it can be dropped.");
                }
            }
            session.database().remove(role);
        };
    }

    static Principal principal(Session session, String name) {
        return session.database().principal(name).orElseThrow(() -> SqlError.cannot("find", "user", name));
    }

    private Statement member() {
        String roleName = tokens.name();
        boolean add = tokens.accept("ADD");
        tokens.expect(add ? new String[] {"MEMBER"} : new String[] {"DROP", "MEMBER"});
        String name = tokens.name();
        return session -> {
            session.requireOwner();
            Principal role = session.database()
                    .principal(roleName)
                    .filter(each -> each.type == Principal.Type.DATABASE_ROLE && each.id != Database.PUBLIC)
                    .orElseThrow(() -> SqlError.cannot("alter", "role", roleName));
            Principal member = session.database()
                    .principal(name)
                    .orElseThrow(() -> SqlError.cannot(add ? "add" : "drop", "principal", name));
            if (add) {
                member.memberOf.add(role);
            } else {
                member.memberOf.remove(role);
            }
        };
    }

    private Statement authorization() {
        String kind = tokens.word();
        tokens.expect("::");
        String first = tokens.name();
        @Nullable String second = tokens.accept(".") ? tokens.name() : null;
        tokens.expect("TO");
        if (kind.equals("OBJECT") && tokens.accept("SCHEMA", "OWNER")) {
            return session -> table(session, first, second).owner = null;
        }
        String owner = tokens.name();
        return session -> {
            switch (kind) {
                case "SCHEMA" -> schemaOwner(session, first, owner);
                case "ROLE" -> roleOwner(session, first, owner);
                case "OBJECT" -> table(session, first, second).owner = principal(session, owner).id;
                case "DATABASE" -> databaseOwner(session, first, owner);
                default -> throw SqlError.notKnown("ALTER AUTHORIZATION ON " + kind);
            }
        };
    }

    private static void schemaOwner(Session session, String name, String owner) {
        session.requireOwner();
        Database.Schema schema =
                session.database().schema(name).orElseThrow(() -> SqlError.cannot("find", "schema", name));
        session.database()
                .schemas
                .put(Database.key(name), new Database.Schema(schema.id(), schema.name(), principal(session, owner).id));
    }

    private static void roleOwner(Session session, String name, String owner) {
        session.requireOwner();
        principal(session, name).owner = principal(session, owner).id;
    }

    private static Table table(Session session, String schema, @Nullable String name) {
        session.requireOwner();
        return session.database()
                .table(name == null ? "dbo" : schema, name == null ? schema : name)
                .orElseThrow(() -> SqlError.cannot("find", "object", schema));
    }

    private static void databaseOwner(Session session, String name, String owner) {
        Database database =
                session.instance().database(name).orElseThrow(() -> SqlError.cannot("find", "database", name));
        boolean owns = database.owner().equals(session.login().sid);
        if (!owns && !session.login().roles.contains("sysadmin")) {
            throw SqlError.cannot("find", "database", name);
        }
        database.owner(login(session, owner).sid);
    }
}
