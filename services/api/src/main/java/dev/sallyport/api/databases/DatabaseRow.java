package dev.sallyport.api.databases;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.RdsDatabaseId;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@Entity(name = "RegisteredDatabase")
@Table(name = "registered_database")
@SuppressWarnings("NullAway.Init")
class DatabaseRow extends PanacheEntityBase {

    private static final TypeReference<DatabaseSpec> SPEC = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};
    private static final TypeReference<Map<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    @Id
    String id;

    String spec;

    @Column(name = "proxy_id")
    @Nullable String proxyId;

    @Column(name = "instance_arn")
    String instanceArn;

    @Column(name = "database_name")
    String databaseName;

    String engine;
    String host;
    int port;
    String tags;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    @Column(name = "updated_by")
    String updatedBy;

    void become(DatabaseSpec given, Resolved resolved, String by, Instant now) {
        spec = StoredJson.write(given);
        proxyId = given.proxyId();
        instanceArn = resolved.instance().toString();
        databaseName = Objects.requireNonNull(given.database());
        engine = resolved.engine().label();
        host = resolved.host();
        port = resolved.port();
        tags = StoredJson.write(resolved.tags());
        updatedAt = now;
        updatedBy = by;
    }

    /** All that may change of it, as JSON; where passwords are, not what they are. */
    String told() {
        Map<String, @Nullable Object> fields = new HashMap<>(StoredJson.read(spec, FIELDS));
        fields.put("rds_instance_identifier", instanceArn);
        fields.put("engine", engine);
        fields.put("host", host);
        fields.put("port", port);
        fields.put("tags", StoredJson.read(tags, TAGS));
        // Of these the instance's ARN tells.
        fields.remove("account_id");
        fields.remove("region");
        return StoredJson.write(fields);
    }

    RegisteredDatabase toDatabase() {
        RdsDatabaseId database = RdsArn.parse(instanceArn).database(databaseName);
        DatabaseSpec given = StoredJson.read(spec, SPEC);
        List<DatabaseSpec.DatabaseUser> users = given.users() == null ? List.of() : given.users();
        return new RegisteredDatabase(
                id,
                given,
                database,
                Engine.ofLabel(engine),
                host,
                port,
                StoredJson.read(tags, TAGS),
                users.stream().map(user -> user.username() + "@" + database).toList(),
                createdAt,
                updatedAt,
                updatedBy);
    }
}
