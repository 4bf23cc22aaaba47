package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One database in an RDS instance: {@code arn:aws:rds:<region>:<account>:db:<instance>/<database>}. What stands behind the
 * first slash is the database's name, slashes included.
 */
public record RdsDatabaseId(RdsArn instance, String database) {

    /** @throws IllegalArgumentException when the name of the database is empty */
    public RdsDatabaseId {
        if (database.isEmpty()) {
            throw new IllegalArgumentException("'" + instance + "/' names no database");
        }
    }

    /** @throws IllegalArgumentException when {@code id} has another form; the message says which is right */
    @JsonCreator
    public static RdsDatabaseId parse(String id) {
        int slash = id.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "'" + id + "' is not a database: arn:aws:rds:<region>:<account>:db:<instance>/<database>");
        }
        return new RdsDatabaseId(RdsArn.parse(id.substring(0, slash)), id.substring(slash + 1));
    }

    @Override
    @JsonValue
    public String toString() {
        return instance + "/" + database;
    }
}
