package dev.sallyport.api.connections;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.ConnectionId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@Entity(name = "Connection")
@Table(name = "connection")
class ConnectionRow extends PanacheEntityBase {

    /** The entry of a role's secret that holds the password. */
    private static final String PASSWORD = "PASSWORD";

    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    @Id
    String id;

    String name;

    @Column(name = "org_id")
    String orgId;

    String prefix;

    @Column(name = "agent_id")
    String agentId;

    @Column(name = "job_id")
    String jobId;

    @Column(name = "db_arn")
    String dbArn;

    String engine;
    String role;

    @Column(name = "database_user")
    String databaseUser;

    String host;
    int port;

    @Column(name = "reader_host")
    @Nullable String readerHost;

    @Column(name = "default_database")
    String defaultDatabase;

    String[] databases;

    @Column(name = "secret_provider")
    String secretProvider;

    @Column(name = "secret_id")
    String secretId;

    @Column(name = "secret_keys")
    String[] secretKeys;

    String tags;

    @Column(name = "audit_mode")
    @Nullable String auditMode;

    @Column(name = "proxy_id")
    @Nullable String proxyId;

    @Column(name = "local_port")
    @Nullable Integer localPort;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    Connection toConnection() {
        return new Connection(
                new ConnectionId(id),
                name,
                prefix,
                new AgentId(agentId),
                new JobId(jobId),
                RdsArn.parse(dbArn),
                Engine.ofLabel(engine),
                role,
                databaseUser,
                host,
                port,
                Optional.ofNullable(readerHost),
                List.of(databases),
                defaultDatabase,
                new SecretRef(secretProvider, secretId, PASSWORD),
                List.of(secretKeys),
                StoredJson.read(tags, TAGS),
                settings(),
                createdAt);
    }

    /** Takes over everything but id, name, the time of its making and what people say of it. */
    void takeOver(Connection connection, String org, Instant now) {
        orgId = org;
        prefix = connection.prefix();
        agentId = connection.agentId().value();
        jobId = connection.jobId().value();
        dbArn = connection.dbArn().toString();
        engine = connection.engine().label();
        role = connection.role();
        databaseUser = connection.databaseUser();
        host = connection.host();
        port = connection.port();
        readerHost = connection.readerHost().orElse(null);
        defaultDatabase = connection.defaultDatabase();
        databases = connection.databases().toArray(String[]::new);
        secretProvider = connection.secret().provider();
        secretId = connection.secret().secretId();
        secretKeys = connection.secretKeys().toArray(String[]::new);
        tags = StoredJson.write(connection.tags());
        updatedAt = now;
    }

    Connection.Settings settings() {
        return new Connection.Settings(
                Optional.ofNullable(auditMode).map(AuditMode::ofLabel),
                Optional.ofNullable(proxyId),
                Optional.ofNullable(localPort));
    }

    /** What people say of it, as JSON. */
    String told() {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("audit_mode", auditMode);
        fields.put("proxy_id", proxyId);
        fields.put("default_local_port", localPort);
        return StoredJson.write(fields);
    }

    void settings(Connection.Settings settings, Instant now) {
        auditMode = settings.auditMode().map(AuditMode::label).orElse(null);
        proxyId = settings.proxyId().orElse(null);
        localPort = settings.localPort().orElse(null);
        updatedAt = now;
    }
}
