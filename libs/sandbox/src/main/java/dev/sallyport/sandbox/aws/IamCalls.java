package dev.sallyport.sandbox.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** IAM: SimulatePrincipalPolicy and GetRole (IAM API reference, 2010-05-08). */
final class IamCalls extends QueryProtocol {

    private static final Pattern ENTITY =
            Pattern.compile("arn:(?:aws|aws-cn|aws-us-gov):iam::\\d{12}:(?:user|role|group)/.+");
    private static final int USUAL_ITEMS = 100;
    private static final int MOST_ITEMS = 1000;

    private final Cloud cloud;

    IamCalls(Cloud cloud) {
        super("2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/");
        this.cloud = cloud;
    }

    @Override
    void answer(String action, Caller caller, Map<String, String> form, Xml result) {
        switch (action) {
            case "SimulatePrincipalPolicy" -> simulate(caller, form, result);
            case "GetRole" -> getRole(caller, form, result);
            default -> throw unknownAction(action);
        }
    }

    private void simulate(Caller caller, Map<String, String> form, Xml result) {
        String source = required(form, "PolicySourceArn");
        if (!ENTITY.matcher(source).matches()) {
            throw new AwsError(
                    400,
                    "InvalidInput",
                    "Invalid Entity Arn: " + source + " does not clearly define entity type and name.");
        }
        if (!source.contains("::" + caller.accountId() + ":")
                || !cloud.identities().known(source)) {
            throw new AwsError(404, "NoSuchEntity", "The entity " + source + " cannot be found.");
        }
        List<String> actions = numbered(form, "ActionNames.member");
        if (actions.isEmpty()) {
            throw new AwsError(400, "InvalidInput", "ActionNames is required");
        }
        int from = start(form.get("Marker"), actions.size());
        int to = Math.min(actions.size(), from + items(form));
        result.node("EvaluationResults", results -> {
            for (String simulated : actions.subList(from, to)) {
                results.node("member", member -> evaluate(caller, simulated, member));
            }
        });
        result.leaf("IsTruncated", to < actions.size()).leaf("Marker", to < actions.size() ? to : null);
    }

    private void evaluate(Caller caller, String action, Xml member) {
        Optional<Denial> denial = cloud.faults().denial(action, caller.accountId());
        member.leaf("EvalActionName", action)
                .leaf("EvalResourceName", "*")
                .leaf("EvalDecision", denial.map(Denial::decision).orElse("allowed"));
        if (cloud.organizationInUse()) {
            member.node(
                    "OrganizationsDecisionDetail",
                    detail -> detail.leaf(
                            "AllowedByOrganizations",
                            denial.filter(Denial.BY_ORGANIZATION::equals).isEmpty()));
        }
    }

    private void getRole(Caller caller, Map<String, String> form, Xml result) {
        String name = required(form, "RoleName");
        Role role = cloud.identities()
                .role(caller.accountId(), name)
                .orElseThrow(
                        () -> new AwsError(404, "NoSuchEntity", "The role with name " + name + " cannot be found."));
        result.node(
                "Role",
                xml -> xml.leaf("Path", role.path())
                        .leaf("RoleName", role.name())
                        .leaf("RoleId", "AROA" + role.accountId())
                        .leaf("Arn", cloud.identities().arn(role))
                        .leaf("CreateDate", "2026-01-01T00:00:00Z")
                        .leaf("MaxSessionDuration", 3600));
    }

    private static int items(Map<String, String> form) {
        int items = Integer.parseInt(form.getOrDefault("MaxItems", Integer.toString(USUAL_ITEMS)));
        if (items < 1 || items > MOST_ITEMS) {
            throw new AwsError(400, "ValidationError", "MaxItems must be between 1 and " + MOST_ITEMS);
        }
        return items;
    }

    private static int start(@org.jspecify.annotations.Nullable String marker, int size) {
        if (marker == null) {
            return 0;
        }
        if (!marker.matches("\\d{1,9}") || Integer.parseInt(marker) >= size) {
            throw new AwsError(400, "InvalidInput", "Invalid Marker.");
        }
        return Integer.parseInt(marker);
    }
}
