package dev.sallyport.cli.ssm.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The agent's request and the answer to it ({@code message/handshakemessage.go}).
 *
 * @param response the payload to answer with, whether we go on or not: the agent ends the session by it
 * @param refusal why we do not go on; empty when we do
 * @param keepAlive whether the agent, an old one, ends a smux session that is silent for 30 s
 */
record Handshake(byte[] response, Optional<SsmFailure> refusal, boolean keepAlive) {

    private static final int SUCCESS = 1;
    private static final int FAILED = 2;
    private static final int UNSUPPORTED = 3;

    /** The newest agent that does not multiplex, and the newest that wants keep-alives ({@code config/config.go}). */
    private static final AgentVersion LAST_WITHOUT_SMUX =
            AgentVersion.parse("3.0.196.0").orElseThrow();

    private static final AgentVersion LAST_WITH_KEEP_ALIVE =
            AgentVersion.parse("3.1.1511.0").orElseThrow();

    static Handshake answer(byte[] request) throws MalformedMessage {
        JsonNode asked = Bodies.parse(request, "a handshake request");
        String said = asked.path("AgentVersion").asText("");
        Optional<AgentVersion> version = AgentVersion.parse(said);
        ObjectNode response = Bodies.object().put("ClientVersion", Bodies.CLIENT_VERSION);
        ArrayNode processed = response.putArray("ProcessedClientActions");
        ArrayNode errors = response.putArray("Errors");
        Optional<SsmFailure> refusal = tooOld(said, version);
        for (JsonNode action : asked.path("RequestedClientActions")) {
            Optional<SsmFailure> wrong = process(action, processed.addObject());
            wrong.ifPresent(failure -> errors.add(failure.getMessage()));
            refusal = refusal.or(() -> wrong);
        }
        boolean keepAlive = version.filter(LAST_WITH_KEEP_ALIVE::isOlderThan).isEmpty();
        return new Handshake(Bodies.bytes(response), refusal, keepAlive);
    }

    private static Optional<SsmFailure> tooOld(String said, Optional<AgentVersion> version) {
        return version.filter(LAST_WITHOUT_SMUX::isOlderThan).isPresent()
                ? Optional.empty()
                : Optional.of(SsmFailure.lasting("the SSM agent of the task is of version '" + said
                        + "'; a tunnel needs one newer than 3.0.196.0: update the task's platform version"));
    }

    private static Optional<SsmFailure> process(JsonNode action, ObjectNode answer) {
        String type = action.path("ActionType").asText("");
        Optional<SsmFailure> wrong = switch (type) {
            case "SessionType" -> sessionType(action.path("ActionParameters"));
            case "KMSEncryption" ->
                Optional.of(SsmFailure.lasting("the Session Manager preferences of the account ask for encryption"
                        + " of sessions with a KMS key, which sally does not do: try again with --plugin, or have"
                        + " it switched off (what passes is encrypted by TLS either way)"));
            default ->
                Optional.of(SsmFailure.lasting(
                        "the SSM agent asks for '" + type + "', which sally does not know: try again with --plugin"));
        };
        boolean unknown = !type.equals("SessionType") && !type.equals("KMSEncryption");
        answer.put("ActionType", type)
                .put("ActionStatus", wrong.isEmpty() ? SUCCESS : unknown ? UNSUPPORTED : FAILED)
                .putNull("ActionResult")
                .put("Error", wrong.map(SsmFailure::getMessage).orElse(""));
        return wrong;
    }

    private static Optional<SsmFailure> sessionType(JsonNode parameters) {
        String type = parameters.path("SessionType").asText("");
        String forwarding = parameters.path("Properties").path("type").asText("");
        return type.equals("Port") && forwarding.equals("LocalPortForwarding")
                ? Optional.empty()
                : Optional.of(SsmFailure.lasting("the session is of type '" + type + "', not one that forwards a port:"
                        + " the grant names the wrong SSM document"));
    }
}
