package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.List;

/** Organizations: ListAccounts and DescribeOrganization (Organizations API reference, 2016-11-28; JSON 1.1). */
final class OrganizationsCalls extends JsonProtocol {

    private static final String ORGANIZATION = "o-sallyport1";
    private static final int MOST_RESULTS = 20;

    private final Cloud cloud;

    OrganizationsCalls(Cloud cloud) {
        super("AWSOrganizationsV20161128.", "TooManyRequestsException");
        this.cloud = cloud;
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        if (!cloud.organizationInUse()) {
            throw new AwsError(
                    400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.");
        }
        if (!caller.accountId().equals(cloud.management().id())) {
            throw new AwsError(400, "AccessDeniedException", "You don't have permissions to access this resource.");
        }
        return switch (action(request)) {
            case "ListAccounts" -> listAccounts(parse(request));
            case "DescribeOrganization" -> describeOrganization();
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    private String listAccounts(JsonNode input) {
        JsonNode wanted = input.path("MaxResults");
        if (!wanted.isMissingNode() && !wanted.isInt()) {
            throw new AwsError(400, "SerializationException", "NUMBER_VALUE is expected for MaxResults");
        }
        int most = wanted.asInt(MOST_RESULTS);
        if (most < 1 || most > MOST_RESULTS) {
            throw new AwsError(400, "InvalidInputException", "You specified an invalid value for MaxResults.");
        }
        List<Account> accounts = cloud.accounts();
        int from = start(input.path("NextToken").asText(""), accounts.size());
        int to = Math.min(accounts.size(), from + most);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Accounts");
        for (Account account : accounts.subList(from, to)) {
            list.addObject()
                    .put("Id", account.id())
                    .put("Arn", arn() + ":account/" + ORGANIZATION + "/" + account.id())
                    .put("Name", account.name())
                    .put("Email", account.email())
                    .put("Status", cloud.identities().isSuspended(account.id()) ? "SUSPENDED" : "ACTIVE")
                    .put("JoinedMethod", "CREATED");
        }
        if (to < accounts.size()) {
            answer.put("NextToken", Integer.toString(to));
        }
        return answer.toString();
    }

    private String describeOrganization() {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("Organization")
                .put("Id", ORGANIZATION)
                .put("Arn", arn() + ":organization/" + ORGANIZATION)
                .put("FeatureSet", "ALL")
                .put("MasterAccountId", cloud.management().id())
                .put("MasterAccountEmail", cloud.management().email());
        return answer.toString();
    }

    private String arn() {
        return "arn:" + cloud.identities().partition() + ":organizations::"
                + cloud.management().id();
    }

    private static int start(String token, int size) {
        if (token.isEmpty()) {
            return 0;
        }
        if (!token.matches("\\d{1,9}") || Integer.parseInt(token) >= size) {
            throw new AwsError(400, "InvalidInputException", "You specified an invalid NextToken.");
        }
        return Integer.parseInt(token);
    }
}
