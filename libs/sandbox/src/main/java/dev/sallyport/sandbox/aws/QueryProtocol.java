package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The AWS query protocol: a form with {@code Action} and {@code Version} in, XML out. */
abstract class QueryProtocol implements AwsStandIn.Service {

    /** For a service that is not stood in for. */
    static final AwsStandIn.Service UNKNOWN =
            new QueryProtocol("", "http://webservices.amazon.com/AWSFault/2005-15-09") {
                @Override
                void answer(String action, Caller caller, Map<String, String> form, Xml result) {
                    throw unknownAction(action);
                }
            };

    private final String version;
    private final String namespace;

    QueryProtocol(String version, String namespace) {
        this.version = version;
        this.namespace = namespace;
    }

    /** Writes the result of one action, or throws the API's error. */
    abstract void answer(String action, Caller caller, Map<String, String> form, Xml result);

    @Override
    public String action(Request request) {
        return request.form().getOrDefault("Action", "");
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        Map<String, String> form = request.form();
        String action = action(request);
        if (!form.getOrDefault("Version", "").equals(version)) {
            throw unknownAction(action);
        }
        return Xml.document(action + "Response", namespace, xml -> {
            Consumer<Xml> content = into -> answer(action, caller, form, into);
            wrap(xml, action, requestId, content);
        });
    }

    /** Result and metadata, as most services wrap them. */
    void wrap(Xml xml, String action, String requestId, Consumer<Xml> content) {
        xml.node(action + "Result", content)
                .node("ResponseMetadata", metadata -> metadata.leaf("RequestId", requestId));
    }

    @Override
    public Reply error(AwsError error, String requestId) {
        String body = Xml.document(
                "ErrorResponse",
                namespace,
                xml -> xml.node(
                                "Error",
                                detail -> detail.leaf("Type", error.status() < 500 ? "Sender" : "Receiver")
                                        .leaf("Code", error.code())
                                        .leaf("Message", error.getMessage()))
                        .leaf("RequestId", requestId));
        return Reply.of(error.status(), contentType(), body);
    }

    static AwsError unknownAction(String action) {
        return new AwsError(400, "InvalidAction", "The action " + action + " is not valid for this web service.");
    }

    static String required(Map<String, String> form, String name) {
        String value = form.get(name);
        if (value == null || value.isEmpty()) {
            throw new AwsError(400, "MissingParameter", "The request must contain the parameter " + name);
        }
        return value;
    }

    /** The values of {@code name.1}, {@code name.2}, … */
    static List<String> numbered(Map<String, String> form, String name) {
        List<String> values = new ArrayList<>();
        for (int i = 1; form.containsKey(name + "." + i); i++) {
            values.add(form.get(name + "." + i));
        }
        return values;
    }
}
