package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The AWS APIs at one address on 127.0.0.1. A request is for the service that its signature's scope names. Wrong keys,
 * stale times, unknown actions and foreign accounts are refused with the codes of the API references.
 */
public final class AwsStandIn implements AutoCloseable {

    /** No policy can take it away (STS API reference, GetCallerIdentity). */
    private static final String ALWAYS_ALLOWED = "sts:GetCallerIdentity";

    /** Services that ask the policies of Identity Center's roles; all others have nothing for these roles. */
    private static final Set<String> JUDGES_ITSELF = Set.of("ssm");

    private static final Pattern RESERVED_ROLE = Pattern.compile(".*:assumed-role/(AWSReservedSSO_[^/]+)/.*");

    private final LoopbackServer server;
    private final Cloud cloud;
    private final Map<String, Service> services;
    private final PortalCalls portal;
    private final Traffic traffic = new Traffic();

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
        this.services = Map.ofEntries(
                Map.entry("sts", new StsCalls(cloud)),
                Map.entry("organizations", new OrganizationsCalls(cloud)),
                Map.entry("iam", new IamCalls(cloud)),
                Map.entry("rds", new RdsCalls(cloud)),
                Map.entry("ec2", new Ec2Calls(cloud)),
                Map.entry("secretsmanager", new SecretsManagerCalls(cloud)),
                Map.entry("sso", new SsoAdminCalls(cloud)),
                Map.entry("identitystore", new IdentityStoreCalls(cloud)),
                Map.entry("ssm", new SsmCalls(cloud, caller -> reservedRole(cloud, caller))),
                Map.entry("ecs", new EcsCalls(cloud)));
        this.portal = new PortalCalls(cloud);
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

    /** What was called so far. */
    public Traffic traffic() {
        return traffic;
    }

    private Reply handle(Request request) {
        traffic.begin();
        try {
            return PortalCalls.takes(request) ? portal.answer(request) : answer(request);
        } finally {
            traffic.end();
        }
    }

    private Reply answer(Request request) {
        String requestId = UUID.randomUUID().toString();
        String name = "";
        Service service = QueryProtocol.UNKNOWN;
        try {
            SignatureV4 signature = SignatureV4.of(request);
            name = signature.service();
            service = services.getOrDefault(name, QueryProtocol.UNKNOWN);
            String action = name + ":" + service.action(request);
            traffic.named(action);
            Caller caller = verify(signature, request);
            pause(cloud.faults().latency(caller.accountId()));
            admit(caller, name, action);
            String answer = service.answer(caller, request, requestId);
            if (cloud.faults().takeLost(action)) {
                throw new AwsError(500, "InternalFailure", "An internal error occurred.");
            }
            return Reply.of(200, service.contentType(), answer);
        } catch (AwsError error) {
            return service.error(error, requestId);
        } catch (IllegalArgumentException malformed) {
            return service.error(malformed(name, malformed), requestId);
        }
    }

    private void admit(Caller caller, String service, String action) {
        if (cloud.faults().takeThrottled(action, caller.accountId())) {
            throw new AwsError(service.equals("ec2") ? 503 : 400, "Throttling", "Rate exceeded");
        }
        if (isReserved(caller) && !JUDGES_ITSELF.contains(service) && !action.equals(ALWAYS_ALLOWED)) {
            throw new AwsError(403, "AccessDenied", Denial.IMPLICIT.message(caller, action));
        }
        if (cloud.identities().isSuspended(caller.accountId())) {
            throw new AwsError(403, "AccessDenied", "The account " + caller.accountId() + " is suspended.");
        }
        Optional<Denial> denial = cloud.faults().denial(action, caller.accountId());
        if (denial.isPresent() && !action.equals(ALWAYS_ALLOWED)) {
            throw new AwsError(403, "AccessDenied", denial.get().message(caller, action));
        }
        if (cloud.faults().takeConflict(action)) {
            throw JsonInput.conflict("A conflict with a previous write was detected. Try again.");
        }
    }

    /** A number that is none, an ARN that is none: each service has its own word for it. */
    private static AwsError malformed(String service, IllegalArgumentException what) {
        String message = String.valueOf(what.getMessage());
        return switch (service) {
            case "organizations", "secretsmanager", "sso", "identitystore", "ssm", "ecs" ->
                new AwsError(400, "SerializationException", message);
            case "ec2", "rds" -> AwsError.invalidParameter(message);
            default -> new AwsError(400, "MalformedInput", message);
        };
    }

    private Caller verify(SignatureV4 signature, Request request) {
        Credential credential =
                cloud.identities().credential(signature.accessKeyId()).orElseThrow(AwsStandIn::invalidToken);
        signature.check(request, Instant.now());
        if (credential.sessionToken() != null
                && !credential.sessionToken().reveal().equals(request.header("X-Amz-Security-Token"))) {
            throw invalidToken();
        }
        if (!signature.matches(request, credential.secretAccessKey().reveal())) {
            throw new AwsError(
                    403,
                    "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided."
                            + " Check your AWS Secret Access Key and signing method.");
        }
        if (credential.expiresAt() != null && !Instant.now().isBefore(credential.expiresAt())) {
            throw new AwsError(403, "ExpiredToken", "The security token included in the request is expired");
        }
        if (cloud.faults().disabled(credential.accountId(), signature.region())) {
            throw invalidToken();
        }
        Caller caller = new Caller(credential.accountId(), credential.arn(), credential.userId(), signature.region());
        if (isReserved(caller) && reservedRole(cloud, caller).isEmpty()) {
            // Its role was taken out of the account.
            throw invalidToken();
        }
        return caller;
    }

    private static boolean isReserved(Caller caller) {
        return RESERVED_ROLE.matcher(caller.arn()).matches();
    }

    /** The role of Identity Center that a caller has taken on. */
    private static Optional<ReservedRole> reservedRole(Cloud cloud, Caller caller) {
        Matcher role = RESERVED_ROLE.matcher(caller.arn());
        return role.matches() ? cloud.identityCenter().role(caller.accountId(), role.group(1)) : Optional.empty();
    }

    private static AwsError invalidToken() {
        return new AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
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
