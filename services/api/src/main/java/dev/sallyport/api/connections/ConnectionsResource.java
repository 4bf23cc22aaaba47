package dev.sallyport.api.connections;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.Grantee;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/connections")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "connections")
class ConnectionsResource {

    private final Transactions transactions;
    private final Connections connections;
    private final Caller caller;

    ConnectionsResource(Transactions transactions, Connections connections, Caller caller) {
        this.transactions = transactions;
        this.connections = connections;
        this.caller = caller;
    }

    /** Where the credentials are, never what they are. */
    @JsonPropertyOrder({"provider", "secret_id", "keys"})
    @Schema(name = "ConnectionSecret")
    record SecretView(
            @Schema(examples = "database") String provider,

            @Schema(examples = "dbroles/111111111111/us-west-2/orders/hoop_ro")
            String secretId,

            List<String> keys) {}

    @JsonPropertyOrder({
        "id",
        "name",
        "type",
        "subtype",
        "agent_id",
        "role",
        "secret",
        "db_arn",
        "databases",
        "tags",
        "audit_mode",
        "proxy_id",
        "default_local_port",
        "created_at"
    })
    @Schema(name = "Connection")
    record View(
            String id,
            @Schema(examples = "prod-orders-ro") String name,
            @Schema(examples = "database") String type,
            @Schema(examples = "postgres") String subtype,
            String agentId,
            @Schema(examples = "hoop_ro") String role,
            SecretView secret,
            String dbArn,
            List<String> databases,
            Map<String, String> tags,
            @Schema(nullable = true) @Nullable AuditMode auditMode,
            @Schema(nullable = true) @Nullable String proxyId,
            @Schema(nullable = true) @Nullable Integer defaultLocalPort,
            Instant createdAt) {

        static View of(Connection connection) {
            return new View(
                    connection.id().value(),
                    connection.name(),
                    "database",
                    connection.engine().label(),
                    connection.agentId().value(),
                    connection.role(),
                    new SecretView(
                            connection.secret().provider(), connection.secret().secretId(), connection.secretKeys()),
                    connection.dbArn().toString(),
                    connection.databases(),
                    connection.tags(),
                    connection.settings().auditMode().orElse(null),
                    connection.settings().proxyId().orElse(null),
                    connection.settings().localPort().orElse(null),
                    connection.createdAt());
        }
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listConnections", summary = "The connections, by name")
    public Page<View> list(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        return transactions.call(() -> connections.page(query).map(page -> page.map(View::of)));
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getConnection", summary = "One connection")
    public View get(@PathParam("name") String name) {
        return transactions
                .call(() -> connections.named(name))
                .map(View::of)
                .orElseThrow(() -> ProblemException.notFound("connection", name));
    }

    @Schema(name = "ConnectionSettings")
    record SettingsBody(
            @Schema(
                    nullable = true,
                    description = "What is asked of the record of its statements; the proxy's own without it.")
            @JsonProperty("audit_mode")
            @Nullable AuditMode auditMode,

            @Schema(nullable = true, description = "The deployment of db-proxies that reaches it; any without it.")
            @JsonProperty("proxy_id")
            @Nullable String proxyId,

            @Schema(nullable = true, minimum = "1", maximum = "65535") @JsonProperty("default_local_port") @Nullable Integer defaultLocalPort) {}

    @PUT
    @Path("/{name}/settings")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "setConnection",
            summary = "How a connection is audited and reached",
            description = "It holds for grants made from then on, and outlives the jobs that renew the connection.")
    public View set(@PathParam("name") String name, @NotNull SettingsBody body) {
        Integer port = body.defaultLocalPort();
        if (port != null && (port < 1 || port > 65_535)) {
            throw ProblemException.badRequest("invalid_field", "'default_local_port' is a port, from 1 to 65535");
        }
        Connection.Settings settings = new Connection.Settings(
                Optional.ofNullable(body.auditMode()), Optional.ofNullable(body.proxyId()), Optional.ofNullable(port));
        Grantee by = caller.grantee();
        try {
            return transactions
                    .call(() -> connections.set(name, settings, by))
                    .map(View::of)
                    .orElseThrow(() -> ProblemException.notFound("connection", name));
        } catch (RuntimeException e) {
            if (Constraints.violated(e).isPresent()) {
                throw new ProblemException(
                        422, "unknown_proxy", "there is no proxy '" + body.proxyId() + "': register it first");
            }
            throw e;
        }
    }
}
