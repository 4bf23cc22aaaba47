package dev.sallyport.api.connections;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
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

    ConnectionsResource(Transactions transactions, Connections connections) {
        this.transactions = transactions;
        this.connections = connections;
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
}
