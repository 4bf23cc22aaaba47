package dev.sallyport.api.tunnel;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * All that a client needs to open a tunnel once.
 *
 * @param tunnelId the same for each connection of one tunnel: given back, it stays
 * @param token proves to the db-proxies of {@code proxyId} whose tunnel it is
 * @param address of the db-proxy's TLS listener; null with transport {@code ssm}
 * @param caFile what the client is to trust; the authorities of its system when it is null
 * @param ssm the way through Session Manager; null with transport {@code direct}
 * @param databaseUser what clients call themselves; any password will do
 */
@Schema(name = "TunnelTicket")
@JsonPropertyOrder({
    "grant_id",
    "tunnel_id",
    "token",
    "token_expires_at",
    "grant_expires_at",
    "proxy_id",
    "transport",
    "address",
    "ca_file",
    "ssm",
    "engine",
    "database",
    "database_user",
    "default_local_port"
})
record Ticket(
        String grantId,
        String tunnelId,
        String token,
        Instant tokenExpiresAt,
        Instant grantExpiresAt,
        String proxyId,
        @Schema(enumeration = {"direct", "ssm"}) String transport,
        @Schema(nullable = true) @Nullable Address address,
        @Schema(nullable = true) @Nullable String caFile,
        @Schema(nullable = true) @Nullable Ssm ssm,
        String engine,
        String database,
        String databaseUser,
        @Schema(nullable = true) @Nullable Integer defaultLocalPort) {

    /** Where a db-proxy listens. */
    @Schema(name = "TunnelAddress")
    record Address(String host, int port) {}

    /**
     * What to ask Session Manager for, and as whom.
     *
     * @param target {@code ecs:<cluster>_<task id>_<runtime id>}
     * @param roleName the permission set to sign in with
     */
    @Schema(name = "TunnelSsm")
    record Ssm(
            String accountId,
            String region,
            String target,
            String document,
            int port,
            String roleName,
            @Schema(nullable = true) @Nullable String startUrl,
            @Schema(nullable = true) @Nullable String ssoRegion) {}

    /** The record's own would show the token. */
    @Override
    public String toString() {
        return "Ticket[" + tunnelId + "]";
    }
}
