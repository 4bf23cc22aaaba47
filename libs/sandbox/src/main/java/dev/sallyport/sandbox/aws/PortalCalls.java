package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of Identity Center is called without a signature: its OIDC service (RegisterClient, StartDeviceAuthorization, CreateToken), the page on which people
 * confirm a code, and the portal's GetRoleCredentials (IAM Identity Center OIDC API reference, 2019-06-10; Portal API reference, 2019-06-10).
 */
final class PortalCalls {

    private static final Set<String> PATHS =
            Set.of("/client/register", "/device_authorization", "/token", "/federation/credentials", "/device");
    private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cloud cloud;
    private final PortalSignIns signIns;

    PortalCalls(Cloud cloud) {
        this.cloud = cloud;
        this.signIns = cloud.portalSignIns();
    }

    /** Whether a request is for here. */
    static boolean takes(Request request) {
        return PATHS.contains(request.path()) && request.header("Authorization").isEmpty();
    }

    Reply answer(Request request) {
        try {
            return switch (request.method() + " " + request.path()) {
                case "POST /client/register" -> register(parse(request));
                case "POST /device_authorization" -> authorize(request, parse(request));
                case "POST /token" -> token(parse(request));
                case "GET /federation/credentials" -> credentials(request);
                case "GET /device" -> page(request.query().getOrDefault("user_code", ""), "");
                case "POST /device" -> confirm(request.form());
                default -> throw new AwsError(404, "UnknownOperationException", "unknown_operation");
            };
        } catch (AwsError error) {
            return error(error);
        }
    }

    private Reply register(JsonNode input) {
        required(input, "clientName");
        if (!required(input, "clientType").equals("public")) {
            throw new AwsError(400, "InvalidClientMetadataException", "invalid_client_metadata");
        }
        PortalSignIns.Client client = signIns.register();
        return Reply.json(
                200,
                JSON.createObjectNode()
                        .put("clientId", client.id())
                        .put("clientSecret", client.secret())
                        .put("clientIdIssuedAt", Instant.now().getEpochSecond())
                        .put("clientSecretExpiresAt", client.until().getEpochSecond())
                        .toString());
    }

    private Reply authorize(Request request, JsonNode input) {
        PortalSignIns.Client client = client(input);
        if (!required(input, "startUrl").equals(cloud.identityCenter().startUrl())) {
            throw new AwsError(400, "InvalidRequestException", "invalid_request");
        }
        PortalSignIns.Pending begun = signIns.begin(client);
        String page = "http://" + request.header("Host") + "/device";
        return Reply.json(
                200,
                JSON.createObjectNode()
                        .put("deviceCode", begun.deviceCode)
                        .put("userCode", begun.userCode)
                        .put("verificationUri", page)
                        .put("verificationUriComplete", page + "?user_code=" + begun.userCode)
                        .put(
                                "expiresIn",
                                Duration.between(Instant.now(), begun.until).toSeconds())
                        .put("interval", signIns.intervalSeconds())
                        .toString());
    }

    private Reply token(JsonNode input) {
        PortalSignIns.Client client = client(input);
        String user = switch (required(input, "grantType")) {
            case DEVICE_CODE -> signIns.redeem(client, required(input, "deviceCode"));
            case "refresh_token" -> signIns.renew(required(input, "refreshToken"));
            default -> throw new AwsError(400, "UnsupportedGrantTypeException", "unsupported_grant_type");
        };
        PortalSignIns.Token token = signIns.issue(user);
        return Reply.json(
                200,
                JSON.createObjectNode()
                        .put("accessToken", token.value())
                        .put("tokenType", "Bearer")
                        .put(
                                "expiresIn",
                                Duration.between(Instant.now(), token.until()).toSeconds())
                        .put("refreshToken", signIns.issueRefresh(user).value())
                        .toString());
    }

    private Reply credentials(Request request) {
        String user = signIns.user(request.header("x-amz-sso_bearer_token"))
                .orElseThrow(() -> new AwsError(401, "UnauthorizedException", "Session token not found or invalid"));
        String account = request.query().getOrDefault("account_id", "");
        String permissionSet = request.query().getOrDefault("role_name", "");
        if (account.isEmpty() || permissionSet.isEmpty()) {
            throw new AwsError(400, "InvalidRequestException", "account_id and role_name are required");
        }
        IdentityCenter center = cloud.identityCenter();
        ReservedRole role = center.userNamed(user)
                .flatMap(known -> center.assumable(account, permissionSet, known.userId()))
                .orElseThrow(() -> new AwsError(403, "ForbiddenException", "No access"));
        Credential credential = cloud.identities().session(role.role(center.region()), user, role.sessionDuration());
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("roleCredentials")
                .put("accessKeyId", credential.accessKeyId())
                .put("secretAccessKey", credential.secretAccessKey().reveal())
                .put(
                        "sessionToken",
                        Objects.requireNonNull(credential.sessionToken()).reveal())
                .put(
                        "expiration",
                        Objects.requireNonNull(credential.expiresAt()).toEpochMilli());
        return Reply.json(200, answer.toString());
    }

    private Reply confirm(Map<String, String> form) {
        String code = form.getOrDefault("user_code", "");
        String user = form.getOrDefault("user", "");
        if (user.isEmpty()) {
            return page(code, signIns.deny(code) ? "Refused." : "There is no such code.");
        }
        boolean known = cloud.identityCenter().userNamed(user).isPresent();
        return page(
                code,
                known && signIns.approve(code, user)
                        ? "Signed in as " + user + ". You can close this page."
                        : "There is no such code, or no such user.");
    }

    private Reply page(String code, String said) {
        String shown = code.replaceAll("[^A-Za-z0-9-]", "");
        StringBuilder page = new StringBuilder("<!doctype html><meta charset=\"utf-8\"><title>Sign in to AWS</title>")
                .append("<h1>Sign in to AWS (stand-in)</h1><p>Code: <b>")
                .append(shown)
                .append("</b></p><p>")
                .append(said)
                .append(
                        "</p><form method=\"post\" action=\"/device\"><input type=\"hidden\" name=\"user_code\" value=\"")
                .append(shown)
                .append("\">");
        cloud.identityCenter()
                .users()
                .forEach(user -> page.append("<button name=\"user\" value=\"")
                        .append(user.userName())
                        .append("\">")
                        .append(user.userName())
                        .append("</button> "));
        return Reply.of(
                200,
                "text/html;charset=UTF-8",
                page.append("<button>Refuse</button></form>").toString());
    }

    private PortalSignIns.Client client(JsonNode input) {
        return signIns.client(required(input, "clientId"), required(input, "clientSecret"));
    }

    private static String required(JsonNode input, String name) {
        return Optional.of(input.path(name).asText(""))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new AwsError(400, "InvalidRequestException", "invalid_request"));
    }

    private static JsonNode parse(Request request) {
        try {
            @Nullable JsonNode parsed = JSON.readTree(request.text());
            return parsed == null ? JSON.createObjectNode() : parsed;
        } catch (IOException e) {
            throw new AwsError(400, "InvalidRequestException", "invalid_request");
        }
    }

    /** The OIDC service has OAuth's words in the body; the type is in a header, as in every REST service of AWS. */
    private static Reply error(AwsError error) {
        String body = JSON.createObjectNode()
                .put("error", error.getMessage())
                .put("error_description", error.code())
                .put("message", error.getMessage())
                .toString();
        return new Reply(
                error.status(),
                Map.of("Content-Type", "application/json", "x-amzn-ErrorType", error.code()),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
