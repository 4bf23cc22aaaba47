package dev.sallyport.broker.identitycenter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.contracts.grants.ProxyPlace;
import java.util.Optional;

/**
 * The inline policy of a grant's permission set: start sessions to the tasks of one cluster with the document for port
 * forwarding, and end or resume one's own sessions. Without the document check a session that names no document would be a
 * shell (Systems Manager User Guide, "Start a session with a document by specifying the session documents in IAM policies").
 */
final class GrantPolicy {

    static final String DOCUMENT = "AWS-StartPortForwardingSession";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** @param taskTag the key of a tag that the proxies' tasks carry with the proxy's id as value */
    static String of(ProxyPlace proxy, Optional<String> taskTag) {
        String partition = AwsSettings.partitionOf(proxy.region());
        ArrayNode statements = JSON.arrayNode();
        ObjectNode tasks = statement(
                statements,
                "ReachTheProxies",
                "arn:" + partition + ":ecs:" + proxy.region() + ":" + proxy.accountId() + ":task/" + proxy.cluster()
                        + "/*",
                "ssm:StartSession");
        checkDocument(tasks);
        taskTag.ifPresent(key -> condition(tasks, "StringEquals").put("aws:ResourceTag/" + key, proxy.proxyId()));
        checkDocument(statement(
                statements,
                "ByPortForwarding",
                "arn:" + partition + ":ssm:" + proxy.region() + "::document/" + DOCUMENT,
                "ssm:StartSession"));
        condition(
                        statement(
                                statements,
                                "OwnSessions",
                                "arn:" + partition + ":ssm:" + proxy.region() + ":" + proxy.accountId() + ":session/*",
                                "ssm:TerminateSession",
                                "ssm:ResumeSession"),
                        "StringEquals")
                .put("ssm:resourceTag/aws:ssmmessages:session-id", "${aws:userid}");
        return JSON.objectNode()
                .put("Version", "2012-10-17")
                .<ObjectNode>set("Statement", statements)
                .toString();
    }

    private static ObjectNode statement(ArrayNode statements, String sid, String resource, String... actions) {
        ObjectNode statement = statements.addObject().put("Sid", sid).put("Effect", "Allow");
        ArrayNode list = statement.putArray("Action");
        for (String action : actions) {
            list.add(action);
        }
        return statement.put("Resource", resource);
    }

    private static void checkDocument(ObjectNode statement) {
        condition(statement, "BoolIfExists").put("ssm:SessionDocumentAccessCheck", "true");
    }

    private static ObjectNode condition(ObjectNode statement, String operator) {
        return statement.withObject("/Condition").putObject(operator);
    }

    private GrantPolicy() {}
}
