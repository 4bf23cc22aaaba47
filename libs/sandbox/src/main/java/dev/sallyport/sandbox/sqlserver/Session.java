package dev.sallyport.sandbox.sqlserver;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Somebody who is logged in: what statements act for, and answer to. */
final class Session {

    private final Instance instance;
    private final Login login;
    private final int id;
    private final Runnable end;
    private Database database;
    private Reply reply = Reply.toBatch();
    private @Nullable SqlError caught;
    /** Their names have no case. */
    final Map<String, @Nullable Object> variables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** @param end cuts the connection */
    Session(Instance instance, Login login, Database database, int id, Runnable end) {
        this.instance = instance;
        this.login = login;
        this.database = database;
        this.id = id;
        this.end = end;
    }

    Instance instance() {
        return instance;
    }

    Login login() {
        return login;
    }

    int id() {
        return id;
    }

    Database database() {
        return database;
    }

    /** As whom it acts in its database now. */
    Principal user() {
        return instance.userIn(database, login).orElseThrow(SqlError::denied);
    }

    void use(Database other) {
        instance.open(other, this);
        reply.database(other.name, database.name);
        database = other;
    }

    Reply reply() {
        return reply;
    }

    void replyTo(Reply next) {
        reply = next;
    }

    @Nullable SqlError caught() {
        return caught;
    }

    void caught(@Nullable SqlError error) {
        caught = error;
    }

    void kill() {
        end.run();
    }

    /** @throws SqlError unless this may change logins */
    void requireLoginRights(String verb, String name) {
        if (!instance.mayChangeLogins(login)) {
            throw SqlError.cannot(verb, "login", name);
        }
    }

    /** @throws SqlError unless this owns the database, or the database takes no changes */
    void requireOwner() {
        Principal user = user();
        if (user.id != Database.DBO && !user.isIn("db_owner")) {
            throw SqlError.denied();
        }
        requireWritable();
    }

    void requireWritable() {
        if (database.readOnly) {
            throw SqlError.of(
                    3906, "Failed to update database \"" + database.name + "\" because the database is read-only.");
        }
    }
}
