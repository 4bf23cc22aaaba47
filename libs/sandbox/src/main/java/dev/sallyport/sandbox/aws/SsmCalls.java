package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.aws.policy.PolicyEvaluator;
import dev.sallyport.sandbox.aws.session.EcsTask;
import dev.sallyport.sandbox.aws.session.ManagedSession;
import dev.sallyport.sandbox.aws.session.SessionManager;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Systems Manager: StartSession, ResumeSession, TerminateSession and DescribeSessions (Systems Manager API reference, 2014-11-06; JSON 1.1). Whoever has
 * taken on a role of Identity Center may do what its policy allows.
 */
final class SsmCalls extends JsonProtocol {

    private static final String PORT_FORWARDING = "AWS-StartPortForwardingSession";
    private static final String DEFAULT_DOCUMENT = "SSM-SessionManagerRunShell";
    private static final Set<String> DOCUMENTS = Set.of(
            PORT_FORWARDING,
            DEFAULT_DOCUMENT,
            "AWS-StartPortForwardingSessionToRemoteHost",
            "AWS-StartSSHSession",
            "AWS-StartInteractiveCommand");
    private static final Pattern TARGET = Pattern.compile("ecs:([\\w-]+)_([0-9a-f]{32})_([\\w-]+)");
    private static final Pattern PORT =
            Pattern.compile("[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]");
    private static final Set<String> PARAMETERS = Set.of("portNumber", "localPortNumber");
    private static final Set<String> FILTERS = Set.of("Target", "Owner", "Status", "SessionId");
    private static final int DEFAULT_RESULTS = 200;

    private final Function<Caller, Optional<ReservedRole>> roles;
    private final SessionManager manager;

    /** @param roles the role of Identity Center that a caller has taken on */
    SsmCalls(Cloud cloud, Function<Caller, Optional<ReservedRole>> roles) {
        super("AmazonSSM.", "ThrottlingException");
        this.roles = roles;
        this.manager = cloud.sessionManager();
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        JsonNode input = parse(request);
        return switch (action(request)) {
            case "StartSession" -> start(caller, input);
            case "ResumeSession" -> resume(caller, input);
            case "TerminateSession" -> terminate(caller, input);
            case "DescribeSessions" -> describe(caller, input);
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    private String start(Caller caller, JsonNode input) {
        String target = input.path("Target").asText("");
        boolean named = input.hasNonNull("DocumentName");
        String document = named ? input.path("DocumentName").asText() : DEFAULT_DOCUMENT;
        Matcher parts = TARGET.matcher(target);
        if (!parts.matches()) {
            throw notConnected(target);
        }
        Optional<EcsTask> task = manager.task(caller.accountId(), caller.region(), target);
        checkStart(caller, arn(caller, parts), documentArn(caller, document), named, task);
        if (!DOCUMENTS.contains(document)) {
            throw new AwsError(400, "InvalidDocument", "Document with name " + document + " does not exist.");
        }
        if (!document.equals(PORT_FORWARDING)) {
            throw new AwsError(
                    400, "UnsupportedOperation", "This stand-in does not play sessions of " + document + ".");
        }
        int port = port(input.path("Parameters"));
        String name = caller.arn().substring(caller.arn().lastIndexOf('/') + 1);
        return door(manager.start(name, caller.arn(), task.orElseThrow(() -> notConnected(target)), document, port));
    }

    private String resume(Caller caller, JsonNode input) {
        ManagedSession session = session(caller, input, "ssm:ResumeSession");
        if (session.endedAt().isPresent()) {
            throw new AwsError(
                    400,
                    "DoesNotExistException",
                    "Session " + session.id() + " is in Terminated state and cannot be resumed.");
        }
        return door(manager.door(session));
    }

    private String terminate(Caller caller, JsonNode input) {
        ManagedSession session = session(caller, input, "ssm:TerminateSession");
        session.end("");
        return JSON.createObjectNode().put("SessionId", session.id()).toString();
    }

    private String describe(Caller caller, JsonNode input) {
        String state = input.path("State").asText("");
        if (!state.equals("Active") && !state.equals("History")) {
            throw new AwsError(
                    400,
                    "ValidationException",
                    "1 validation error detected: Value '" + state
                            + "' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [Active, History]");
        }
        permit(
                caller,
                "ssm:DescribeSessions",
                "arn:aws:ssm:" + caller.region() + ":" + caller.accountId() + ":*",
                Map.of());
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Sessions");
        manager.sessions().stream()
                .filter(session -> session.task().accountId().equals(caller.accountId())
                        && session.task().region().equals(caller.region()))
                .filter(session -> session.endedAt().isEmpty() == state.equals("Active"))
                .filter(session -> fits(session, input.path("Filters")))
                .limit(input.path("MaxResults").asInt(DEFAULT_RESULTS))
                .forEach(session -> describe(session, list.addObject()));
        return answer.toString();
    }

    private static void describe(ManagedSession session, ObjectNode into) {
        into.put("SessionId", session.id())
                .put("Target", session.task().target())
                .put("Status", status(session))
                .put("StartDate", seconds(session.startedAt()))
                .put("DocumentName", session.document())
                .put("Owner", session.owner());
        session.endedAt().ifPresent(end -> into.put("EndDate", seconds(end)));
    }

    private static boolean fits(ManagedSession session, JsonNode filters) {
        for (JsonNode filter : filters) {
            String key = filter.path("key").asText();
            if (!FILTERS.contains(key)) {
                throw new AwsError(400, "InvalidFilterKey", "The filter key " + key + " is not valid.");
            }
            String value = filter.path("value").asText();
            String has = switch (key) {
                case "Target" -> session.task().target();
                case "Owner" -> session.owner();
                case "Status" -> status(session);
                default -> session.id();
            };
            if (!has.equals(value)) {
                return false;
            }
        }
        return true;
    }

    private static String status(ManagedSession session) {
        return session.endedAt().isPresent() ? "Terminated" : session.attached() == 0 ? "Connecting" : "Connected";
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1_000.0;
    }

    private static String door(SessionManager.Door door) {
        return JSON.createObjectNode()
                .put("SessionId", door.sessionId())
                .put("StreamUrl", door.streamUrl())
                .put("TokenValue", door.token().reveal())
                .toString();
    }

    private ManagedSession session(Caller caller, JsonNode input, String action) {
        String id = input.path("SessionId").asText("");
        Optional<ManagedSession> session = manager.session(id)
                .filter(known -> known.task().accountId().equals(caller.accountId())
                        && known.task().region().equals(caller.region()));
        String arn = "arn:aws:ssm:" + caller.region() + ":" + caller.accountId() + ":session/";
        // The guide has policies for both: ids that begin with the user's name, and with the user's id for those who
        // have taken on a role.
        String name = caller.arn().substring(caller.arn().lastIndexOf('/') + 1);
        String byUserId = id.startsWith(name + "-") ? caller.userId() + id.substring(name.length()) : id;
        Map<String, String> tags = session.filter(known -> known.owner().equals(caller.arn()))
                .map(mine -> Map.of("ssm:resourceTag/aws:ssmmessages:session-id", caller.userId()))
                .orElse(Map.of());
        if (!permitted(caller, action, arn + byUserId, tags)) {
            permit(caller, action, arn + id, tags);
        }
        return session.orElseThrow(
                () -> new AwsError(400, "DoesNotExistException", "Session " + id + " does not exist."));
    }

    private void checkStart(Caller caller, String target, String document, boolean named, Optional<EcsTask> task) {
        Optional<ReservedRole> role = roles.apply(caller);
        if (role.isEmpty()) {
            return;
        }
        Map<String, String> context = context(caller);
        task.ifPresent(there -> there.tags().forEach((key, value) -> {
            context.put("aws:ResourceTag/" + key, value);
            context.put("ssm:resourceTag/" + key, value);
        }));
        String policy = role.get().inlinePolicy();
        if (policy.isEmpty() || !PolicyEvaluator.startsSession(policy, target, document, named, context)) {
            throw denied(caller, "ssm:StartSession", target);
        }
    }

    private void permit(Caller caller, String action, String resource, Map<String, String> tags) {
        if (!permitted(caller, action, resource, tags)) {
            throw denied(caller, action, resource);
        }
    }

    private boolean permitted(Caller caller, String action, String resource, Map<String, String> tags) {
        Map<String, String> context = context(caller);
        context.putAll(tags);
        return roles.apply(caller)
                .map(role -> !role.inlinePolicy().isEmpty()
                        && PolicyEvaluator.allows(role.inlinePolicy(), action, resource, context))
                .orElse(true);
    }

    private static Map<String, String> context(Caller caller) {
        Map<String, String> context = new HashMap<>();
        context.put("aws:userid", caller.userId());
        context.put("aws:PrincipalAccount", caller.accountId());
        return context;
    }

    private static AwsError denied(Caller caller, String action, String resource) {
        return new AwsError(
                403,
                "AccessDenied",
                "User: " + caller.arn() + " is not authorized to perform: " + action + " on resource: " + resource
                        + " because no identity-based policy allows the " + action + " action");
    }

    private static AwsError notConnected(String target) {
        return new AwsError(400, "TargetNotConnected", target + " is not connected.");
    }

    private static String arn(Caller caller, Matcher target) {
        return "arn:aws:ecs:" + caller.region() + ":" + caller.accountId() + ":task/" + target.group(1) + "/"
                + target.group(2);
    }

    /** Amazon's own documents are in no account. */
    private static String documentArn(Caller caller, String document) {
        return "arn:aws:ssm:" + caller.region() + ":" + (document.startsWith("AWS-") ? "" : caller.accountId())
                + ":document/" + document;
    }

    private static int port(JsonNode parameters) {
        parameters.fieldNames().forEachRemaining(name -> {
            if (!PARAMETERS.contains(name)) {
                throw new AwsError(400, "InvalidParameters", "Parameter " + name + " is not defined in the document.");
            }
        });
        JsonNode port = parameters.path("portNumber");
        List<String> given =
                port.isArray() && port.size() == 1 ? List.of(port.get(0).asText()) : List.of();
        if (port.isMissingNode()) {
            return 80;
        }
        if (given.isEmpty() || !PORT.matcher(given.getFirst()).matches()) {
            throw new AwsError(400, "InvalidParameters", "Parameter portNumber does not match the allowed pattern.");
        }
        return Integer.parseInt(given.getFirst());
    }
}
