package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.aws.Operation.Kind;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The calls of IAM Identity Center about who has which permission set where. What they begin takes time; its outcome is asked
 * for by the id of the request.
 */
final class AssignmentCalls {

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern PRINCIPAL =
            Pattern.compile("(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}");
    private static final Pattern PRINCIPAL_TYPE = Pattern.compile("USER");
    private static final Pattern TARGET_TYPE = Pattern.compile("AWS_ACCOUNT");
    private static final Pattern REQUEST = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final IdentityCenter center;

    AssignmentCalls(IdentityCenter center) {
        this.center = center;
    }

    /** @param set the set that the call names */
    String answer(String action, JsonInput input, Supplier<PermissionSet> set) {
        return switch (action) {
            case "CreateAccountAssignment" ->
                begin(Kind.CREATION, subject(input, set.get()), "AccountAssignmentCreationStatus");
            case "DeleteAccountAssignment" ->
                begin(Kind.DELETION, subject(input, set.get()), "AccountAssignmentDeletionStatus");
            case "ProvisionPermissionSet" -> provision(input, set.get());
            case "DescribeAccountAssignmentCreationStatus" ->
                outcome(input, Kind.CREATION, "AccountAssignmentCreationRequestId", "AccountAssignmentCreationStatus");
            case "DescribeAccountAssignmentDeletionStatus" ->
                outcome(input, Kind.DELETION, "AccountAssignmentDeletionRequestId", "AccountAssignmentDeletionStatus");
            case "DescribePermissionSetProvisioningStatus" ->
                outcome(input, Kind.PROVISIONING, "ProvisionPermissionSetRequestId", "PermissionSetProvisioningStatus");
            case "ListAccountAssignments" -> listAssignments(input, set.get());
            case "ListAccountsForProvisionedPermissionSet" -> listAccounts(input, set.get());
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    private static Assignment subject(JsonInput input, PermissionSet set) {
        input.text("TargetType", TARGET_TYPE);
        return new Assignment(
                set.arn(),
                input.text("TargetId", ACCOUNT),
                input.text("PrincipalType", PRINCIPAL_TYPE),
                input.text("PrincipalId", PRINCIPAL));
    }

    private String provision(JsonInput input, PermissionSet set) {
        input.text("TargetType", TARGET_TYPE);
        Assignment subject = new Assignment(set.arn(), input.text("TargetId", ACCOUNT), "", "");
        return begin(Kind.PROVISIONING, subject, "PermissionSetProvisioningStatus");
    }

    private String begin(Kind kind, Assignment subject, String name) {
        return center.begin(kind, subject)
                .map(operation -> describe(operation, name))
                .orElseThrow(() -> JsonInput.conflict("There is a conflicting operation in process in the account "
                        + subject.accountId() + ". Try again later."));
    }

    private String outcome(JsonInput input, Kind kind, String idName, String name) {
        String id = input.text(idName, REQUEST);
        return center.operation(id, kind)
                .map(operation -> describe(operation, name))
                .orElseThrow(() -> JsonInput.notFound("Could not find the request " + id));
    }

    private String listAssignments(JsonInput input, PermissionSet set) {
        List<Assignment> all = center.assignments(set.arn(), input.text("AccountId", ACCOUNT));
        JsonInput.Page<Assignment> page = input.page(all);
        ObjectNode answer = JsonProtocol.JSON.createObjectNode();
        ArrayNode list = answer.putArray("AccountAssignments");
        page.items()
                .forEach(assignment -> list.addObject()
                        .put("AccountId", assignment.accountId())
                        .put("PermissionSetArn", assignment.permissionSetArn())
                        .put("PrincipalType", assignment.principalType())
                        .put("PrincipalId", assignment.principalId()));
        page.next().ifPresent(token -> answer.put("NextToken", token));
        return answer.toString();
    }

    private String listAccounts(JsonInput input, PermissionSet set) {
        JsonInput.Page<String> page = input.page(center.accountsOf(set.arn()));
        ObjectNode answer = JsonProtocol.JSON.createObjectNode();
        ArrayNode list = answer.putArray("AccountIds");
        page.items().forEach(list::add);
        page.next().ifPresent(token -> answer.put("NextToken", token));
        return answer.toString();
    }

    private static String describe(Operation operation, String name) {
        Assignment subject = operation.subject();
        ObjectNode answer = JsonProtocol.JSON.createObjectNode();
        ObjectNode status = answer.putObject(name)
                .put("Status", operation.status())
                .put("RequestId", operation.requestId())
                .put("PermissionSetArn", subject.permissionSetArn())
                .put("CreatedDate", Instant.parse(operation.createdAt()).toEpochMilli() / 1000.0);
        if (operation.kind() == Kind.PROVISIONING) {
            status.put("AccountId", subject.accountId());
        } else {
            status.put("TargetId", subject.accountId())
                    .put("TargetType", "AWS_ACCOUNT")
                    .put("PrincipalType", subject.principalType())
                    .put("PrincipalId", subject.principalId());
        }
        if (operation.failureReason() != null && operation.ended()) {
            status.put("FailureReason", operation.failureReason());
        }
        return answer.toString();
    }
}
