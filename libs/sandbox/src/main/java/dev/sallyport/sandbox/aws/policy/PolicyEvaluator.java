package dev.sallyport.sandbox.aws.policy;

import java.util.List;
import java.util.Map;

/**
 * Says what an identity-based policy allows: an explicit denial wins, then an allowing statement, and what no statement speaks of
 * is denied.
 */
public final class PolicyEvaluator {

    private static final String START_SESSION = "ssm:StartSession";
    private static final String DOCUMENT_CHECKED = "ssm:SessionDocumentAccessCheck";

    /**
     * Whether a policy allows an action on a resource.
     *
     * @param policyJson the policy's document
     * @param action with its service's prefix: {@code ssm:StartSession}
     * @param resource an ARN, or {@code *} for an action that knows none
     * @param context the request's condition keys, each with one value; keys in any case
     * @throws IllegalArgumentException when the policy is none, or holds what is not understood here
     */
    public static boolean allows(String policyJson, String action, String resource, Map<String, String> context) {
        Request request = new Request(action, resource, context);
        List<Statement> speaking = Statement.parse(policyJson).stream()
                .filter(statement -> statement.speaksOf(request))
                .toList();
        return !speaking.isEmpty() && speaking.stream().allMatch(Statement::allows);
    }

    /**
     * Whether a policy lets somebody start a session on a target with a document. The document is asked for too whenever the
     * caller names one, and whenever the policy wants that check; else a session with the default document starts without
     * (Systems Manager User Guide, "Start a session with a document by specifying the session documents in IAM policies").
     *
     * @param target ARN of the task or node
     * @param document ARN of the document, the default one when {@code named} is false
     * @param named whether the caller named the document
     * @param context the condition keys of target and caller, for instance {@code aws:ResourceTag/team} or {@code aws:userid}
     */
    public static boolean startsSession(
            String policyJson, String target, String document, boolean named, Map<String, String> context) {
        boolean documentAllowed =
                allows(policyJson, START_SESSION, document, with(context, DOCUMENT_CHECKED, Boolean.toString(true)));
        boolean targetAllowed = allows(
                policyJson, START_SESSION, target, with(context, DOCUMENT_CHECKED, Boolean.toString(documentAllowed)));
        return targetAllowed && (documentAllowed || !named);
    }

    private static Map<String, String> with(Map<String, String> context, String key, String value) {
        Map<String, String> more = new java.util.HashMap<>(context);
        more.put(key, value);
        return more;
    }

    private PolicyEvaluator() {}
}
