package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The identity store: ListUsers, GetUserId, DescribeUser, DeleteUser (Identity Store API reference, 2020-06-15; JSON 1.1). */
final class IdentityStoreCalls extends JsonProtocol {

    private static final Pattern STORE = Pattern.compile("d-[0-9a-f]{10}");
    private static final Pattern USER =
            Pattern.compile("(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}");

    private final Cloud cloud;

    IdentityStoreCalls(Cloud cloud) {
        super("AWSIdentityStore.", "ThrottlingException");
        this.cloud = cloud;
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        JsonInput input = new JsonInput(parse(request));
        String action = action(request);
        if (!input.text("IdentityStoreId", STORE).equals(cloud.identityCenter().identityStoreId())) {
            throw JsonInput.notFound("IDENTITY_STORE not found.");
        }
        return switch (action) {
            case "ListUsers" -> listUsers(input);
            case "GetUserId" -> getUserId(input);
            case "DescribeUser" -> describe(existing(input)).toString();
            case "DeleteUser" -> deleteUser(input);
            default -> throw new AwsError(400, "UnknownOperationException", "");
        };
    }

    /** Its filter knows {@code UserName} only. */
    private String listUsers(JsonInput input) {
        List<StoreUser> users = cloud.identityCenter().users();
        for (JsonNode filter : input.node().path("Filters")) {
            if (!filter.path("AttributePath").asText().equals("UserName")) {
                throw JsonInput.invalid("The filter's attribute path is not supported: "
                        + filter.path("AttributePath").asText());
            }
            String wanted = filter.path("AttributeValue").asText();
            users = users.stream()
                    .filter(user -> user.userName().equalsIgnoreCase(wanted))
                    .toList();
        }
        JsonInput.Page<StoreUser> page = input.page(users);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Users");
        page.items().forEach(user -> list.add(describe(user)));
        page.next().ifPresent(token -> answer.put("NextToken", token));
        return answer.toString();
    }

    private String getUserId(JsonInput input) {
        JsonNode attribute = input.node().path("AlternateIdentifier").path("UniqueAttribute");
        String path = attribute.path("AttributePath").asText();
        String value = attribute.path("AttributeValue").asText();
        Predicate<StoreUser> wanted = switch (path.toLowerCase(Locale.ROOT)) {
            case "username" -> user -> user.userName().equalsIgnoreCase(value);
            case "emails.value" -> user -> user.email().equalsIgnoreCase(value);
            default -> throw JsonInput.invalid("The attribute path is not supported: " + path);
        };
        StoreUser user = cloud.identityCenter().users().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(IdentityStoreCalls::noUser);
        return JSON.createObjectNode()
                .put("UserId", user.userId())
                .put("IdentityStoreId", cloud.identityCenter().identityStoreId())
                .toString();
    }

    private String deleteUser(JsonInput input) {
        cloud.identityCenter().removeUser(existing(input).userId());
        return "{}";
    }

    private StoreUser existing(JsonInput input) {
        return Optional.of(input.text("UserId", USER))
                .flatMap(cloud.identityCenter()::user)
                .orElseThrow(IdentityStoreCalls::noUser);
    }

    private ObjectNode describe(StoreUser user) {
        ObjectNode node = JSON.createObjectNode()
                .put("IdentityStoreId", cloud.identityCenter().identityStoreId())
                .put("UserId", user.userId())
                .put("UserName", user.userName())
                .put("DisplayName", user.displayName());
        node.putArray("Emails")
                .addObject()
                .put("Value", user.email())
                .put("Type", "work")
                .put("Primary", true);
        return node;
    }

    private static AwsError noUser() {
        return JsonInput.notFound("USER not found.");
    }
}
