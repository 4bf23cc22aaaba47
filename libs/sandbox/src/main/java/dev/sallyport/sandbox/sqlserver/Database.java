package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One database with its principals, schemas, tables and permissions. Guarded by the instance's lock. */
final class Database {

    static final int PUBLIC = 0;
    static final int DBO = 1;
    static final int GUEST = 2;

    private static final int FIRST_ROLE = 16384;
    private static final List<String> FIXED_ROLES = List.of(
            "db_owner",
            "db_accessadmin",
            "db_securityadmin",
            "db_ddladmin",
            "db_backupoperator",
            "db_datareader",
            "db_datawriter",
            "db_denydatareader",
            "db_denydatawriter");

    enum State {
        ONLINE(0),
        RESTORING(1),
        OFFLINE(6);

        final int number;

        State(int number) {
            this.number = number;
        }
    }

    /** A schema and the principal that owns it. */
    record Schema(int id, String name, int owner) {}

    final int id;
    final String name;
    final Map<String, Schema> schemas = new LinkedHashMap<>();
    final Map<String, Table> tables = new LinkedHashMap<>();
    final List<Permission> permissions = new ArrayList<>();
    State state = State.ONLINE;
    boolean readOnly;
    boolean singleUser;
    private final Map<String, Principal> principals = new LinkedHashMap<>();
    private int nextId = 5;

    Database(int id, String name, Sid owner) {
        this.id = id;
        this.name = name;
        add(new Principal(PUBLIC, "public", Principal.Type.DATABASE_ROLE, false));
        Principal dbo = add(new Principal(DBO, "dbo", Principal.Type.SQL_USER, false));
        dbo.sid = owner;
        dbo.hasLogin = true;
        dbo.defaultSchema = "dbo";
        Principal guest = add(new Principal(GUEST, "guest", Principal.Type.SQL_USER, false));
        guest.sid = new Sid("00");
        for (int i = 0; i < FIXED_ROLES.size(); i++) {
            add(new Principal(FIRST_ROLE + i, FIXED_ROLES.get(i), Principal.Type.DATABASE_ROLE, true));
        }
        dbo.memberOf.add(principal("db_owner").orElseThrow());
        schemas.put("dbo", new Schema(DBO, "dbo", DBO));
        grant(new Permission(DBO, Permission.Scope.DATABASE, 0, 0, "CONNECT", Permission.State.GRANT));
    }

    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    int nextId() {
        return nextId++;
    }

    Iterable<Principal> principals() {
        return principals.values();
    }

    Principal add(Principal principal) {
        principals.put(key(principal.name), principal);
        return principal;
    }

    void remove(Principal principal) {
        principals.remove(key(principal.name));
        principals.values().forEach(each -> each.memberOf.remove(principal));
        permissions.removeIf(each -> each.grantee() == principal.id);
    }

    void rename(Principal principal, String name) {
        principals.remove(key(principal.name));
        principal.name = name;
        add(principal);
    }

    Optional<Principal> principal(String name) {
        return Optional.ofNullable(principals.get(key(name)));
    }

    Optional<Principal> principal(int id) {
        return principals.values().stream().filter(each -> each.id == id).findFirst();
    }

    /** The user of a login: its owner is {@code dbo}. */
    Optional<Principal> userOf(Sid sid) {
        return principals.values().stream()
                .filter(each -> each.type == Principal.Type.SQL_USER && sid.equals(each.sid))
                .findFirst();
    }

    Sid owner() {
        Sid owner = principal(DBO).orElseThrow().sid;
        return owner == null ? Sid.ADMINISTRATOR : owner;
    }

    void owner(Sid sid) {
        principal(DBO).orElseThrow().sid = sid;
    }

    Optional<Schema> schema(String schema) {
        return Optional.ofNullable(schemas.get(key(schema)));
    }

    Optional<Table> table(String schema, String table) {
        return Optional.ofNullable(tables.get(key(schema) + "." + key(table)));
    }

    void add(Table table) {
        tables.put(key(table.schema) + "." + key(table.name), table);
    }

    void remove(Table table) {
        tables.remove(key(table.schema) + "." + key(table.name));
        permissions.removeIf(each -> each.scope() == Permission.Scope.OBJECT_OR_COLUMN && each.major() == table.id);
    }

    void grant(Permission permission) {
        revoke(permission);
        permissions.add(permission);
    }

    void revoke(Permission permission) {
        permissions.removeIf(each -> each.sameAs(permission));
    }

    boolean connectable(Principal user) {
        return permissions.stream()
                .anyMatch(each -> each.grantee() == user.id
                        && each.scope() == Permission.Scope.DATABASE
                        && each.name().equals("CONNECT")
                        && each.state() != Permission.State.DENY);
    }

    /** Whether {@code user} may do {@code action} with {@code table}: a denial comes before what is granted. */
    boolean may(Principal user, String action, Table table) {
        boolean reads = action.equals("SELECT");
        if (user.id == DBO || user.isIn("db_owner")) {
            return true;
        }
        if (user.isIn(reads ? "db_denydatareader" : "db_denydatawriter") || explicitly(user, action, table, true)) {
            return false;
        }
        return user.isIn(reads ? "db_datareader" : "db_datawriter") || explicitly(user, action, table, false);
    }

    private boolean explicitly(Principal user, String action, Table table, boolean denied) {
        int schemaId = schema(table.schema).map(Schema::id).orElse(-1);
        return permissions.stream()
                .filter(each -> (each.state() == Permission.State.DENY) == denied)
                .filter(each -> each.name().equals(action) || each.name().equals("CONTROL"))
                .filter(each -> each.grantee() == user.id
                        || each.grantee() == PUBLIC
                        || user.memberOf.stream().anyMatch(role -> role.id == each.grantee()))
                .anyMatch(each -> switch (each.scope()) {
                    case DATABASE -> true;
                    case SCHEMA -> each.major() == schemaId;
                    case OBJECT_OR_COLUMN -> each.major() == table.id && each.minor() == 0;
                    default -> false;
                });
    }
}
