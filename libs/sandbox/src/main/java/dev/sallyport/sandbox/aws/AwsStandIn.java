package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.UUID;

/**
 * The AWS APIs at one address on 127.0.0.1. A request is for the service that its signature's scope names. Wrong keys,
 * stale times, unknown actions and foreign accounts are refused with the codes of the API references.
 */
public final class AwsStandIn implements AutoCloseable {

    private static final Duration MAX_SKEW = Duration.ofMinutes(15);
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final LoopbackServer server;
    private final Cloud cloud;
    private final Map<String, Service> services;

    /** Answers the calls of one service. */
    interface Service {

        /** The body of a success. */
        String answer(Caller caller, Request request, String requestId);

        /** What an error looks like in this service. */
        Reply error(AwsError error, String requestId);

        /** The action that is asked for, as IAM names it without its prefix. */
        String action(Request request);

        default String contentType() {
            return "text/xml;charset=UTF-8";
        }
    }

    /** @param port 0 for a free one */
    public AwsStandIn(int port, Cloud cloud) {
        this.cloud = cloud;
        this.services = Map.of(
                "sts", new StsCalls(cloud),
                "organizations", new OrganizationsCalls(cloud),
                "iam", new IamCalls(cloud),
                "rds", new RdsCalls(cloud),
                "ec2", new Ec2Calls(cloud));
        this.server = new LoopbackServer(port, this::handle);
    }

    /** The address to give to the SDK as endpoint override. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.port();
    }

    public Cloud cloud() {
        return cloud;
    }

    @Override
    public void close() {
        server.close();
        cloud.close();
    }

    private Reply handle(Request request) {
        String requestId = UUID.randomUUID().toString();
        Service service = QueryProtocol.UNKNOWN;
        try {
            pause(cloud.latency());
            SignatureV4 signature = SignatureV4.of(request);
            service = services.getOrDefault(signature.service(), QueryProtocol.UNKNOWN);
            Caller caller = verify(signature, request);
            String action = service.action(request);
            if (cloud.throttled()) {
                throw new AwsError(400, "Throttling", "Rate exceeded");
            }
            if (cloud.isDenied(signature.service() + ":" + action)) {
                throw new AwsError(
                        403,
                        signature.service().equals("organizations") ? "AccessDeniedException" : "AccessDenied",
                        "User: " + caller.arn() + " is not authorized to perform: " + signature.service() + ":" + action
                                + " because no identity-based policy allows the " + signature.service() + ":" + action
                                + " action");
            }
            return Reply.of(200, service.contentType(), service.answer(caller, request, requestId));
        } catch (AwsError error) {
            return service.error(error, requestId);
        }
    }

    private Caller verify(SignatureV4 signature, Request request) {
        Credential credential = cloud.credential(signature.accessKeyId())
                .orElseThrow(() -> new AwsError(
                        403, "InvalidClientTokenId", "The security token included in the request is invalid."));
        checkTime(request.header("X-Amz-Date"));
        if (credential.sessionToken() != null
                && !credential.sessionToken().reveal().equals(request.header("X-Amz-Security-Token"))) {
            throw new AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        }
        if (credential.expiresAt() != null && Instant.now().isAfter(credential.expiresAt())) {
            throw new AwsError(403, "ExpiredToken", "The security token included in the request is expired");
        }
        if (!signature.matches(request, credential.secretAccessKey().reveal())) {
            throw new AwsError(
                    403,
                    "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided."
                            + " Check your AWS Secret Access Key and signing method.");
        }
        return new Caller(credential.accountId(), credential.arn(), credential.userId(), signature.region());
    }

    private static void checkTime(String date) {
        try {
            Duration skew = Duration.between(Instant.from(AMZ_DATE.parse(date)), Instant.now());
            if (skew.abs().compareTo(MAX_SKEW) > 0) {
                throw new AwsError(403, "SignatureDoesNotMatch", "Signature expired: " + date);
            }
        } catch (DateTimeParseException e) {
            throw new AwsError(403, "IncompleteSignature", "Date must be in ISO-8601 'basic format'");
        }
    }

    private static void pause(Duration latency) {
        if (latency.isZero()) {
            return;
        }
        try {
            Thread.sleep(latency);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
