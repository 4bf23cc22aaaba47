package dev.sallyport.sandbox.aws;

import java.util.List;
import java.util.Map;

/** IAM: SimulatePrincipalPolicy and GetUser (IAM API reference, 2010-05-08). */
final class IamCalls extends QueryProtocol {

    private final Cloud cloud;

    IamCalls(Cloud cloud) {
        super("2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/");
        this.cloud = cloud;
    }

    @Override
    void answer(String action, Caller caller, Map<String, String> form, Xml result) {
        switch (action) {
            case "SimulatePrincipalPolicy" -> simulate(caller, form, result);
            default -> throw unknownAction(action);
        }
    }

    private void simulate(Caller caller, Map<String, String> form, Xml result) {
        String source = required(form, "PolicySourceArn");
        if (!source.matches("arn:aws:iam::\\d{12}:(user|role|group)/.+")) {
            throw new AwsError(400, "InvalidInput", "Invalid Entity Arn: " + source);
        }
        if (!source.contains("::" + caller.accountId() + ":")) {
            throw new AwsError(404, "NoSuchEntity", "The entity " + source + " cannot be found.");
        }
        List<String> actions = numbered(form, "ActionNames.member");
        if (actions.isEmpty()) {
            throw new AwsError(400, "InvalidInput", "ActionNames is required");
        }
        result.node("EvaluationResults", results -> {
                    for (String simulated : actions) {
                        results.node(
                                "member",
                                member -> member.leaf("EvalActionName", simulated)
                                        .leaf("EvalResourceName", "*")
                                        .leaf("EvalDecision", cloud.isDenied(simulated) ? "implicitDeny" : "allowed"));
                    }
                })
                .leaf("IsTruncated", "false");
    }
}
