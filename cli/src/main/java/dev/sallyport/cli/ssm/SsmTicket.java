package dev.sallyport.cli.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import java.net.URI;
import java.util.Optional;

/**
 * What a tunnel's ticket says of the way over Session Manager: its member {@code ssm}.
 *
 * @param target {@code ecs:<cluster>_<task id>_<runtime id>}
 * @param document the SSM document that forwards a port
 * @param port of the task
 * @param roleName of the permission set, which is the grant's id
 * @param startUrl of IAM Identity Center's portal; empty when people have their own ways into the account
 * @param ssoRegion where that portal is
 */
public record SsmTicket(
        String accountId,
        String region,
        String target,
        String document,
        int port,
        String roleName,
        Optional<URI> startUrl,
        Optional<String> ssoRegion) {

    /**
     * Reads the member.
     *
     * @throws SsmFailure when something is missing
     */
    public static SsmTicket of(JsonNode ssm) {
        int port = ssm.path("port").asInt(0);
        if (port < 1 || port > 65_535) {
            throw SsmFailure.lasting("the tunnel's ticket names no port of the task; is the api of this version?");
        }
        return new SsmTicket(
                required(ssm, "account_id"),
                required(ssm, "region"),
                required(ssm, "target"),
                required(ssm, "document"),
                port,
                required(ssm, "role_name"),
                optional(ssm, "start_url").map(SsmTicket::address),
                optional(ssm, "sso_region"));
    }

    private static URI address(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw SsmFailure.lasting("the tunnel's ticket names '" + url + "' as the portal, which is no address");
        }
    }

    private static String required(JsonNode ssm, String name) {
        return optional(ssm, name)
                .orElseThrow(() ->
                        SsmFailure.lasting("the tunnel's ticket has no '" + name + "'; is the api of this version?"));
    }

    private static Optional<String> optional(JsonNode ssm, String name) {
        return Optional.of(ssm.path(name).asText("")).filter(text -> !text.isBlank() && !text.equals("null"));
    }
}
