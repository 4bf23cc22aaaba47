package dev.sallyport.cli.ssm.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The JSON inside the messages; names as session-manager-plugin's {@code message} and {@code service} packages have them. */
final class Bodies {

    /**
     * The version of session-manager-plugin whose behaviour this is. The agent multiplexes from 1.1.70 on, and sends no
     * keep-alives of its own to clients above 1.2.331.0.
     */
    static final String CLIENT_VERSION = "1.2.650.0";

    private static final String MESSAGE_SCHEMA_VERSION = "1.0";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The first thing on a socket, as text: it proves who opened it. */
    static String openDataChannel(Secret token, UUID client) {
        return JSON.createObjectNode()
                .put("MessageSchemaVersion", MESSAGE_SCHEMA_VERSION)
                .put("RequestId", UUID.randomUUID().toString())
                .put("TokenValue", token.reveal())
                .put("ClientId", client.toString())
                .put("ClientVersion", CLIENT_VERSION)
                .toString();
    }

    static byte[] acknowledge(AgentMessage message) {
        return bytes(JSON.createObjectNode()
                .put("AcknowledgedMessageType", message.type())
                .put("AcknowledgedMessageId", message.id().toString())
                .put("AcknowledgedMessageSequenceNumber", message.sequence())
                .put("IsSequentialMessage", true));
    }

    /** The number of the message that is acknowledged. */
    static long acknowledged(AgentMessage message) throws MalformedMessage {
        JsonNode sequence = parse(message.payload(), "an acknowledgement").path("AcknowledgedMessageSequenceNumber");
        if (!sequence.isIntegralNumber()) {
            throw new MalformedMessage("an acknowledgement of no message");
        }
        return sequence.asLong();
    }

    /** What the service says when it ends a session; often nothing. */
    static String closedBecause(AgentMessage message) {
        try {
            return parse(message.payload(), "channel_closed")
                    .path("Output")
                    .asText("")
                    .strip();
        } catch (MalformedMessage e) {
            return "";
        }
    }

    static JsonNode parse(byte[] payload, String what) throws MalformedMessage {
        try {
            JsonNode parsed = JSON.readTree(payload);
            if (parsed != null && parsed.isObject()) {
                return parsed;
            }
        } catch (IOException e) {
            // Said below, without what it holds.
        }
        throw new MalformedMessage(what + " that is no JSON object");
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Bodies() {}
}
