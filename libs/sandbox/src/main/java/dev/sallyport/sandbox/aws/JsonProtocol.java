package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.io.IOException;

/** AWS's JSON 1.1 protocol: the action in {@code X-Amz-Target}, JSON in, JSON out. */
abstract class JsonProtocol implements AwsStandIn.Service {

    static final ObjectMapper JSON = new ObjectMapper();

    private final String target;
    private final String throttling;

    /**
     * @param target what stands before the action, with its dot
     * @param throttling the service's word for it
     */
    JsonProtocol(String target, String throttling) {
        this.target = target;
        this.throttling = throttling;
    }

    @Override
    public String action(Request request) {
        String asked = request.header("X-Amz-Target");
        return asked.startsWith(target) ? asked.substring(target.length()) : "";
    }

    @Override
    public String contentType() {
        return "application/x-amz-json-1.1";
    }

    @Override
    public Reply error(AwsError error, String requestId) {
        ObjectNode body = JSON.createObjectNode();
        // The JSON services have names of their own for what STS calls an invalid token, and for throttling.
        body.put(
                "__type",
                switch (error.code()) {
                    case "InvalidClientTokenId" -> "UnrecognizedClientException";
                    case "ExpiredToken" -> "ExpiredTokenException";
                    case "IncompleteSignature" -> "IncompleteSignatureException";
                    case "MissingAuthenticationToken" -> "MissingAuthenticationTokenException";
                    case "AccessDenied" -> "AccessDeniedException";
                    case "Throttling" -> throttling;
                    case "SignatureDoesNotMatch" -> "InvalidSignatureException";
                    default -> error.code();
                });
        body.put("message", error.getMessage());
        return Reply.of(error.status() < 500 ? 400 : error.status(), contentType(), body.toString());
    }

    static JsonNode parse(Request request) {
        try {
            return request.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(request.body());
        } catch (IOException e) {
            throw new AwsError(400, "SerializationException", "");
        }
    }
}
