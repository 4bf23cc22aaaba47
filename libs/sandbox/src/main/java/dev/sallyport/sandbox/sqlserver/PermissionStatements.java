package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** GRANT, REVOKE and DENY. */
final class PermissionStatements {

    private static final Set<String> ON_SERVER = Set.of(
            "ALTER ANY CONNECTION",
            "ALTER ANY LOGIN",
            "ALTER ANY SERVER ROLE",
            "CONNECT SQL",
            "CONTROL SERVER",
            "CREATE ANY DATABASE",
            "VIEW ANY DATABASE",
            "VIEW ANY DEFINITION",
            "VIEW SERVER STATE");

    private static final Set<String> IN_DATABASE = Set.of(
            "ALTER",
            "ALTER ANY ROLE",
            "ALTER ANY SCHEMA",
            "ALTER ANY USER",
            "CONNECT",
            "CONTROL",
            "CREATE PROCEDURE",
            "CREATE SCHEMA",
            "CREATE TABLE",
            "CREATE VIEW",
            "DELETE",
            "EXECUTE",
            "IMPERSONATE",
            "INSERT",
            "REFERENCES",
            "SELECT",
            "SHOWPLAN",
            "TAKE OWNERSHIP",
            "UPDATE",
            "VIEW DATABASE STATE",
            "VIEW DEFINITION");

    private final Tokens tokens;

    PermissionStatements(Tokens tokens) {
        this.tokens = tokens;
    }

    /** On what; null kind is the database or the server. */
    private record Securable(
            @Nullable String kind,
            List<String> name,
            @Nullable String column) {}

    /** Null when the statement is none of these. */
    @Nullable Statement parse() {
        if (tokens.accept("GRANT")) {
            return change(Permission.State.GRANT);
        }
        if (tokens.accept("DENY")) {
            return change(Permission.State.DENY);
        }
        return tokens.accept("REVOKE") ? change(null) : null;
    }

    /** @param given null to revoke */
    private Statement change(Permission.@Nullable State given) {
        boolean optionOnly = given == null && tokens.accept("GRANT", "OPTION", "FOR");
        List<String> names = names();
        Securable securable = tokens.accept("ON") ? securable() : new Securable(null, List.of(), null);
        if (!tokens.accept("TO")) {
            tokens.expect(given == null ? "FROM" : "TO");
        }
        String grantee = tokens.name();
        boolean withOption = given == Permission.State.GRANT && tokens.accept("WITH", "GRANT", "OPTION");
        boolean cascade = given != Permission.State.GRANT && tokens.accept("CASCADE");
        Permission.State state = withOption ? Permission.State.GRANT_WITH_GRANT_OPTION : given;
        return session -> {
            for (String name : names) {
                Permission permission = permission(session, securable, name, grantee, state);
                List<Permission> all = permission.scope().number >= Permission.Scope.SERVER.number
                        ? session.instance().permissions
                        : session.database().permissions;
                change(all, permission, state, optionOnly, cascade);
            }
        };
    }

    private static void change(
            List<Permission> all,
            Permission permission,
            Permission.@Nullable State state,
            boolean optionOnly,
            boolean cascade) {
        boolean grantable = all.stream()
                .anyMatch(each -> each.sameAs(permission) && each.state() == Permission.State.GRANT_WITH_GRANT_OPTION);
        if (grantable && state == null && !cascade) {
            throw SqlError.of(4611, "To revoke or deny grantable privileges, specify the CASCADE option.");
        }
        all.removeIf(each -> each.sameAs(permission));
        if (state != null) {
            all.add(permission);
        } else if (optionOnly && grantable) {
            all.add(new Permission(
                    permission.grantee(),
                    permission.scope(),
                    permission.major(),
                    permission.minor(),
                    permission.name(),
                    Permission.State.GRANT));
        }
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        do {
            StringBuilder name = new StringBuilder(tokens.word());
            while (!tokens.at(",") && !tokens.at("ON") && !tokens.at("TO") && !tokens.at("FROM")) {
                name.append(' ').append(tokens.word());
            }
            if (!ON_SERVER.contains(name.toString()) && !IN_DATABASE.contains(name.toString())) {
                throw SqlError.syntax(name.toString());
            }
            names.add(name.toString());
        } while (tokens.accept(","));
        return names;
    }

    private Securable securable() {
        List<String> name = new ArrayList<>(List.of(tokens.name()));
        String kind = "OBJECT";
        if (tokens.accept("::")) {
            kind = Database.key(name.removeFirst()).toUpperCase(java.util.Locale.ROOT);
            name.add(tokens.name());
        }
        while (tokens.accept(".")) {
            name.add(tokens.name());
        }
        @Nullable String column = null;
        if (tokens.accept("(")) {
            column = tokens.name();
            tokens.expect(")");
        }
        return new Securable(kind, List.copyOf(name), column);
    }

    private static Permission permission(
            Session session, Securable on, String name, String grantee, Permission.@Nullable State state) {
        Permission.State any = state == null ? Permission.State.GRANT : state;
        boolean server =
                on.kind() == null ? ON_SERVER.contains(name) : on.kind().equals("LOGIN");
        return server ? onServer(session, on, name, grantee, any) : inDatabase(session, on, name, grantee, any);
    }

    private static Permission onServer(
            Session session, Securable on, String name, String grantee, Permission.State state) {
        if (!session.database().name.equals("master")) {
            throw SqlError.of(
                    4621, "Permissions at the server scope can only be granted when the current database is master");
        }
        Instance instance = session.instance();
        Login login = instance.login(grantee).orElseThrow(() -> SqlError.cannot("find", "login", grantee));
        if (!instance.mayGrant(session.login(), on.kind() == null ? name : "ALTER ANY LOGIN")) {
            throw SqlError.of(4613, "Grantor does not have GRANT permission.");
        }
        if (on.kind() == null) {
            return new Permission(login.id, Permission.Scope.SERVER, 0, 0, name, state);
        }
        String other = on.name().getFirst();
        int major = instance.login(other).orElseThrow(() -> SqlError.cannot("find", "login", other)).id;
        return new Permission(login.id, Permission.Scope.SERVER_PRINCIPAL, major, 0, name, state);
    }

    private static Permission inDatabase(
            Session session, Securable on, String name, String grantee, Permission.State state) {
        session.requireOwner();
        Database database = session.database();
        int to = PrincipalStatements.principal(session, grantee).id;
        if (on.kind() == null) {
            return new Permission(to, Permission.Scope.DATABASE, 0, 0, name, state);
        }
        String last = on.name().getLast();
        return switch (on.kind()) {
            case "SCHEMA" -> {
                int schema = database.schema(last)
                        .map(Database.Schema::id)
                        .orElseThrow(() -> SqlError.cannot("find", "schema", last));
                yield new Permission(to, Permission.Scope.SCHEMA, schema, 0, name, state);
            }
            case "USER", "ROLE" -> {
                int principal = PrincipalStatements.principal(session, last).id;
                yield new Permission(to, Permission.Scope.DATABASE_PRINCIPAL, principal, 0, name, state);
            }
            case "OBJECT" -> {
                String schema = on.name().size() > 1 ? on.name().getFirst() : "dbo";
                Table table = database.table(schema, last).orElseThrow(() -> SqlError.cannot("find", "object", last));
                int column = on.column() == null ? 0 : new Relation(table.columns, List.of()).index(on.column()) + 1;
                yield new Permission(to, Permission.Scope.OBJECT_OR_COLUMN, table.id, column, name, state);
            }
            default -> throw SqlError.notKnown("a permission on " + on.kind());
        };
    }
}
