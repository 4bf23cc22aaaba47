package dev.sallyport.cli.tunnel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.kernel.Secret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the api gives for one connection of a tunnel ({@code POST /api/access/grants/{id}/tunnel}).
 *
 * @param token proves to the db-proxy whose tunnel it is; good for minutes
 * @param transport {@code direct} or {@code ssm}
 * @param address of the db-proxy, when it is {@code direct}
 * @param caFile the authorities that sign for the db-proxy; those of the system when there is none
 * @param ssm as the api gives it, when it is {@code ssm}; otherwise JSON's null
 * @param databaseUser what clients call themselves
 */
public record Ticket(
        String grantId,
        String tunnelId,
        Secret token,
        Instant grantExpiresAt,
        String proxyId,
        String transport,
        Optional<InetSocketAddress> address,
        Optional<Path> caFile,
        JsonNode ssm,
        String engine,
        String database,
        String databaseUser,
        OptionalInt defaultLocalPort) {

    /** @throws TunnelException when a field is missing */
    static Ticket of(JsonNode body) {
        JsonNode address = body.path("address");
        JsonNode port = body.path("default_local_port");
        return new Ticket(
                text(body, "grant_id"),
                text(body, "tunnel_id"),
                Secret.of(text(body, "token")),
                Instant.parse(text(body, "grant_expires_at")),
                text(body, "proxy_id"),
                text(body, "transport"),
                address.isObject()
                        ? Optional.of(InetSocketAddress.createUnresolved(
                                text(address, "host"), address.path("port").asInt()))
                        : Optional.empty(),
                Optional.ofNullable(body.path("ca_file").textValue()).map(Path::of),
                body.path("ssm"),
                text(body, "engine"),
                text(body, "database"),
                text(body, "database_user"),
                port.isInt() ? OptionalInt.of(port.intValue()) : OptionalInt.empty());
    }

    private static String text(JsonNode of, String field) {
        String text = of.path(field).textValue();
        if (text == null) {
            throw new TunnelException("api_answer", "the api's ticket has no " + field, false);
        }
        return text;
    }
}
