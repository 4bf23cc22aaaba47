package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** All that the server keeps. One batch runs at a time, under {@link #lock}. */
final class Instance {

    /** With their ids in sys.server_principals. */
    static final List<String> SERVER_ROLES = List.of(
            "public",
            "sysadmin",
            "securityadmin",
            "serveradmin",
            "setupadmin",
            "processadmin",
            "diskadmin",
            "dbcreator",
            "bulkadmin");

    /** Batches that are remembered, the last ones. */
    static final int MAX_BATCHES = 10_000;

    private static final int FIRST_ROLE = 2;
    private static final int FIRST_SESSION = 51;
    private static final List<String> SYSTEM_DATABASES = List.of("master", "tempdb", "model", "msdb");

    final ReentrantLock lock = new ReentrantLock();
    final Map<Integer, Session> sessions = new TreeMap<>();
    final List<Permission> permissions = new ArrayList<>();
    final ArrayDeque<String> batches = new ArrayDeque<>();
    private final Map<String, Login> logins = new LinkedHashMap<>();
    private final Map<String, Database> databases = new LinkedHashMap<>();
    private int nextLogin = 267;
    private int nextDatabase = 1;
    private int nextSession = FIRST_SESSION;

    Instance(String administratorPassword) {
        Login sa = new Login(1, "sa", Sid.ADMINISTRATOR, administratorPassword);
        sa.roles.add("sysadmin");
        logins.put("sa", sa);
        for (String name : SYSTEM_DATABASES) {
            Database database = createDatabase(name, Sid.ADMINISTRATOR);
            if (!name.equals("model")) {
                database.grant(new Permission(
                        Database.GUEST, Permission.Scope.DATABASE, 0, 0, "CONNECT", Permission.State.GRANT));
            }
        }
    }

    static int roleId(String role) {
        return SERVER_ROLES.indexOf(role) + FIRST_ROLE;
    }

    void heard(String batch) {
        batches.addLast(batch);
        if (batches.size() > MAX_BATCHES) {
            batches.removeFirst();
        }
    }

    /** Of a login or a role, by its id. */
    Optional<String> principalName(int id) {
        int role = id - FIRST_ROLE;
        return role >= 0 && role < SERVER_ROLES.size()
                ? Optional.of(SERVER_ROLES.get(role))
                : logins.values().stream()
                        .filter(each -> each.id == id)
                        .map(each -> each.name)
                        .findFirst();
    }

    Iterable<Login> logins() {
        return logins.values();
    }

    Iterable<Database> databases() {
        return databases.values();
    }

    Optional<Login> login(String name) {
        return Optional.ofNullable(logins.get(Database.key(name)));
    }

    Optional<Login> login(Sid sid) {
        return logins.values().stream().filter(each -> each.sid.equals(sid)).findFirst();
    }

    Login createLogin(String name, Sid sid, String password) {
        Login login = new Login(nextLogin++, name, sid, password);
        logins.put(Database.key(name), login);
        permissions.add(new Permission(login.id, Permission.Scope.SERVER, 0, 0, "CONNECT SQL", Permission.State.GRANT));
        return login;
    }

    void dropLogin(Login login) {
        logins.remove(Database.key(login.name));
        permissions.removeIf(each -> each.grantee() == login.id);
    }

    Optional<Database> database(String name) {
        return Optional.ofNullable(databases.get(Database.key(name)));
    }

    Database createDatabase(String name, Sid owner) {
        Database database = new Database(nextDatabase++, name, owner);
        databases.put(Database.key(name), database);
        return database;
    }

    void dropDatabase(Database database) {
        databases.remove(Database.key(database.name));
    }

    int nextSession() {
        return nextSession++;
    }

    /** Whether a login has a permission on the whole server. */
    boolean may(Login login, String permission) {
        return login.roles.contains("sysadmin")
                || permissions.stream()
                        .anyMatch(each -> each.grantee() == login.id
                                && each.scope() == Permission.Scope.SERVER
                                && (each.name().equals(permission)
                                        || each.name().equals("CONTROL SERVER"))
                                && each.state() != Permission.State.DENY);
    }

    /** Whether it may give that permission to others, and take it away. */
    boolean mayGrant(Login login, String permission) {
        return login.roles.contains("sysadmin")
                || login.roles.contains("securityadmin")
                || permissions.stream()
                        .anyMatch(each -> each.grantee() == login.id
                                && each.scope() == Permission.Scope.SERVER
                                && each.name().equals(permission)
                                && each.state() == Permission.State.GRANT_WITH_GRANT_OPTION);
    }

    boolean mayChangeLogins(Login login) {
        return login.roles.contains("securityadmin") || may(login, "ALTER ANY LOGIN");
    }

    /** As whom a login acts in a database; nobody when it may not open it. */
    Optional<Principal> userIn(Database database, Login login) {
        if (login.roles.contains("sysadmin")) {
            return database.principal(Database.DBO);
        }
        Optional<Principal> user = database.userOf(login.sid);
        return user.isPresent()
                ? user.filter(each -> each.id == Database.DBO || database.connectable(each))
                : database.principal(Database.GUEST).filter(database::connectable);
    }

    /** @throws SqlError with the reason why {@code session} cannot use the database */
    Principal open(Database database, Session session) {
        if (database.state == Database.State.OFFLINE) {
            throw SqlError.of(942, 14, 4, "Database '" + database.name + "' cannot be opened because it is offline.");
        }
        if (database.state == Database.State.RESTORING) {
            throw SqlError.of(
                    927, 14, 2, "Database '" + database.name + "' cannot be opened. It is in the middle of a restore.");
        }
        boolean taken = sessions.values().stream().anyMatch(other -> other != session && other.database() == database);
        if (database.singleUser && taken) {
            throw SqlError.of(
                    924,
                    14,
                    1,
                    "Database '" + database.name + "' is already open and can only have one user at a time.");
        }
        return userIn(database, session.login())
                .orElseThrow(() -> SqlError.of(
                        916,
                        14,
                        2,
                        "The server principal \"" + session.login().name
                                + "\" is not able to access the database \"" + database.name
                                + "\" under the current security context."));
    }
}
