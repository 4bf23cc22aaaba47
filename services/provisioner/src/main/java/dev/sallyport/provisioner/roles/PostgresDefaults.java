package dev.sallyport.provisioner.roles;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The default privileges of one role in one PostgreSQL database: what it holds on tables that others make from now on. They
 * are kept per owner, and only who has the owner's rights sets them.
 */
final class PostgresDefaults {

    /** Everybody who may make something here, whether they made something yet, and the master's standing to them. */
    private static final String OWNERS = "WITH " + Standing.OF_ALL_ROLES + """

            SELECT r.rolname, s.of,
                   EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                            WHERE c.relowner = r.oid AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
              FROM pg_catalog.pg_roles r JOIN standing s ON s.oid = r.oid
             WHERE r.rolname !~ '^(pg_|rds)'
               AND (pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE')
                    OR EXISTS (SELECT FROM pg_catalog.pg_namespace n
                                WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                                  AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')))
             ORDER BY 1""";

    private static final String HELD = "WITH " + Standing.OF_ALL_ROLES + """

            SELECT s.rolname, coalesce(n.nspname, ''), d.defaclobjtype, a.privilege_type, a.is_grantable, s.of
              FROM pg_catalog.pg_default_acl d
              JOIN standing s ON s.oid = d.defaclrole
              LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace,
                   pg_catalog.aclexplode(d.defaclacl) a
              JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
             WHERE g.rolname = ? AND d.defaclrole <> g.oid
             ORDER BY 1, 2, 3, 4""";

    private static final Comparator<Scope> SCOPES =
            Comparator.comparing(Scope::schema).thenComparing(Scope::objects);

    private static final List<String> COVERED = List.of("TABLES", "SEQUENCES", "SCHEMAS");

    /** @param schema empty for all schemas */
    private record Scope(String schema, String objects) {

        /** A grant in one schema alone adds nothing to the grant for all, so none is wanted there. */
        Set<String> wanted(RoleKind kind) {
            if (!schema.isEmpty()) {
                return Set.of();
            }
            return switch (objects) {
                case "TABLES" -> Privileges.onPostgresTables(kind);
                case "SEQUENCES" -> Privileges.onPostgresSequences(kind);
                case "SCHEMAS" -> Set.of("USAGE");
                default -> Set.of();
            };
        }
    }

    /** What one owner's default privileges give the role now. */
    private record Owner(
            String name, Standing standing, Map<Scope, Set<String>> held, Map<Scope, Set<String>> grantable) {

        Owner(String name, Standing standing) {
            this(name, standing, new HashMap<>(), new HashMap<>());
        }

        List<String> changes(RoleKind kind, String role, boolean covered) {
            Set<Scope> scopes = new TreeSet<>(SCOPES);
            scopes.addAll(held.keySet());
            if (covered) {
                COVERED.forEach(objects -> scopes.add(new Scope("", objects)));
            }
            List<String> statements = new ArrayList<>();
            for (Scope scope : scopes) {
                Set<String> wanted = scope.wanted(kind);
                Set<String> now = held.getOrDefault(scope, Set.of());
                Set<String> passable = new TreeSet<>(grantable.getOrDefault(scope, Set.of()));
                passable.retainAll(wanted);
                add(statements, scope, "REVOKE ", without(now, wanted), " FROM ", role);
                add(statements, scope, "REVOKE GRANT OPTION FOR ", passable, " FROM ", role);
                if (covered) {
                    add(statements, scope, "GRANT ", without(wanted, now), " TO ", role);
                }
            }
            return statements;
        }

        private void add(
                List<String> statements, Scope scope, String verb, Set<String> some, String preposition, String role) {
            if (some.isEmpty()) {
                return;
            }
            String in = scope.schema().isEmpty() ? "" : " IN SCHEMA " + Quoted.postgresName(scope.schema());
            statements.add("ALTER DEFAULT PRIVILEGES FOR ROLE " + Quoted.postgresName(name) + in + " " + verb
                    + String.join(", ", some) + " ON " + scope.objects() + preposition + Quoted.postgresName(role));
        }
    }

    private final SqlSession session;
    private final Set<String> ours;
    private final Notes notes;

    /** @param ours our own roles, which make nothing */
    PostgresDefaults(SqlSession session, Set<String> ours, Notes notes) {
        this.session = session;
        this.ours = ours;
        this.notes = notes;
    }

    void bring(RoleKind kind, String role) throws SQLException {
        Map<String, Owner> holding = holding(role);
        Map<String, Owner> makers = makers(kind, holding);
        Map<String, Owner> all = new TreeMap<>(holding);
        all.putAll(makers);
        for (Owner owner : all.values()) {
            List<String> changes = owner.changes(kind, role, makers.containsKey(owner.name()));
            if (changes.isEmpty()) {
                continue;
            }
            if (owner.standing() == Standing.NONE) {
                note(kind, owner.name(), "have to be changed, and the master may not act for it");
                continue;
            }
            Collection<String> lenders = owner.standing() == Standing.LENDABLE ? List.of(owner.name()) : List.of();
            new PostgresLoan(session).during(lenders, () -> execute(kind, owner, changes));
        }
    }

    private void execute(RoleKind kind, Owner owner, List<String> changes) {
        changes.forEach(sql -> session.run(sql).ifPresent(reason -> note(kind, owner.name(), reason)));
    }

    private void note(RoleKind kind, String owner, String what) {
        notes.add(kind, "database " + session.database() + ": default privileges of what " + owner + " makes: " + what);
    }

    /** Whose tables of the future are covered. */
    private Map<String, Owner> makers(RoleKind kind, Map<String, Owner> holding) throws SQLException {
        Map<String, Owner> makers = new TreeMap<>();
        for (List<String> row : session.rows(OWNERS)) {
            String name = row.get(0);
            Standing standing = Standing.valueOf(row.get(1));
            if (ours.contains(name)) {
                continue;
            }
            if (standing != Standing.NONE) {
                makers.put(name, holding.getOrDefault(name, new Owner(name, standing)));
            } else if (row.get(2).equals("t")) {
                notes.add(
                        kind,
                        "database " + session.database() + ": tables that " + name
                                + " makes from now on are not covered: the master may not act for it");
            }
        }
        return makers;
    }

    private Map<String, Owner> holding(String role) throws SQLException {
        Map<String, Owner> owners = new TreeMap<>();
        for (List<String> row : session.rows(HELD, role)) {
            Standing standing = Standing.valueOf(row.get(5));
            Owner owner = owners.computeIfAbsent(row.get(0), name -> new Owner(name, standing));
            Scope scope = new Scope(row.get(1), objects(row.get(2)));
            owner.held().computeIfAbsent(scope, s -> new TreeSet<>()).add(row.get(3));
            if (row.get(4).equals("t")) {
                owner.grantable().computeIfAbsent(scope, s -> new TreeSet<>()).add(row.get(3));
            }
        }
        return owners;
    }

    /** pg_default_acl.defaclobjtype. */
    private static String objects(String type) {
        return switch (type) {
            case "r" -> "TABLES";
            case "S" -> "SEQUENCES";
            case "n" -> "SCHEMAS";
            case "f" -> "ROUTINES";
            case "L" -> "LARGE OBJECTS";
            default -> "TYPES";
        };
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        return some.stream().filter(each -> !others.contains(each)).collect(Collectors.toCollection(TreeSet::new));
    }
}
