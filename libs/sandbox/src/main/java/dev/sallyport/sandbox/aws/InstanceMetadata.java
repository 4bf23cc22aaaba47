package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a machine learns the credentials of its role: the instance metadata service, version 2 (EC2 User Guide, "Use the
 * Instance Metadata Service"), and the endpoint of a container (SDK reference, "Container credential provider").
 *
 * <pre>
 * PUT /latest/api/token                                    ─▶ a token for what follows
 * GET /latest/meta-data/iam/security-credentials/          ─▶ the role's name
 * GET /latest/meta-data/iam/security-credentials/‹role›    ─▶ temporary credentials
 * GET /container                                           ─▶ temporary credentials, by the token in Authorization
 * </pre>
 */
public final class InstanceMetadata implements AutoCloseable {

    private static final String CREDENTIALS = "/latest/meta-data/iam/security-credentials/";
    private static final String CONTAINER = "/container";
    private static final Duration LIFE = Duration.ofHours(6);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cloud cloud;
    private final Role role;
    private final LoopbackServer server;
    private final Secret containerToken = Secret.random(40);
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();

    /** @param port 0 for a free one */
    public InstanceMetadata(int port, Cloud cloud, Role role) {
        this.cloud = cloud;
        this.role = role;
        cloud.identities().addRole(role);
        server = new LoopbackServer(port, this::handle);
    }

    /** For {@code AWS_EC2_METADATA_SERVICE_ENDPOINT}. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.port();
    }

    /** For {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}. */
    public String containerUri() {
        return endpoint() + CONTAINER;
    }

    /** For {@code AWS_CONTAINER_AUTHORIZATION_TOKEN}. */
    public Secret containerToken() {
        return containerToken;
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply handle(Request request) {
        if (request.path().equals("/latest/api/token")) {
            return token(request);
        }
        if (request.path().equals(CONTAINER)) {
            return request.header("Authorization").equals(containerToken.reveal())
                    ? credentials()
                    : Reply.json(401, "{\"code\":\"Unauthorized\",\"message\":\"wrong authorization token\"}");
        }
        if (!tokens.contains(request.header("X-aws-ec2-metadata-token"))) {
            return Reply.of(401, "text/plain", "");
        }
        if (request.path().equals(CREDENTIALS)) {
            return Reply.of(200, "text/plain", role.name());
        }
        return request.path().equals(CREDENTIALS + role.name()) ? credentials() : Reply.of(404, "text/plain", "");
    }

    private Reply token(Request request) {
        String seconds = request.header("X-aws-ec2-metadata-token-ttl-seconds");
        if (!request.method().equals("PUT") || !seconds.matches("\\d{1,5}") || Integer.parseInt(seconds) > 21_600) {
            return Reply.of(400, "text/plain", "");
        }
        String token = Secret.random(40).reveal();
        tokens.add(token);
        return Reply.of(200, "text/plain", token);
    }

    private Reply credentials() {
        Credential session = cloud.identities().session(role, "i-0a1b2c3d4e5f60718", LIFE);
        ObjectNode body = JSON.createObjectNode();
        body.put("Code", "Success")
                .put("LastUpdated", Instant.now().toString())
                .put("Type", "AWS-HMAC")
                .put("AccessKeyId", session.accessKeyId())
                .put("SecretAccessKey", session.secretAccessKey().reveal())
                .put("Token", Objects.requireNonNull(session.sessionToken()).reveal())
                .put("Expiration", String.valueOf(session.expiresAt()));
        return Reply.json(200, body.toString());
    }
}
