package dev.sallyport.api.databases;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.databases.DatabaseSpec.DatabaseUser;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsDatabaseId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A registered database.
 *
 * @param spec as it was given
 * @param databaseId {@code arn:aws:rds:<region>:<account>:db:<instance>/<database>}
 * @param tags those of the instance in AWS, and the spec's
 * @param userIds {@code <username>@<database id>} of each user
 */
@JsonPropertyOrder({
    "id",
    "spec",
    "database_id",
    "engine",
    "host",
    "port",
    "tags",
    "user_ids",
    "created_at",
    "updated_at",
    "updated_by"
})
@Schema(name = "RegisteredDatabase")
public record RegisteredDatabase(
        @Schema(examples = "orders") String id,
        DatabaseSpec spec,
        @Schema(implementation = String.class) RdsDatabaseId databaseId,
        Engine engine,
        String host,
        int port,
        Map<String, String> tags,
        List<String> userIds,
        Instant createdAt,
        Instant updatedAt,
        String updatedBy) {

    @JsonIgnore
    public List<DatabaseUser> users() {
        List<DatabaseUser> users = spec.users();
        return users == null ? List.of() : users;
    }

    /** The user of this name in the database. */
    public Optional<DatabaseUser> user(String username) {
        return users().stream().filter(user -> username.equals(user.username())).findFirst();
    }

    Set<String> usernames() {
        return users().stream().map(user -> String.valueOf(user.username())).collect(Collectors.toSet());
    }

    /** What people call it. */
    @JsonIgnore
    public String name() {
        @Nullable String name = spec.name();
        return name == null ? id : name;
    }
}
