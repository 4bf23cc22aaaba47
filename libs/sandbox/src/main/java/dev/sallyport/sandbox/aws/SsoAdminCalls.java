package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * IAM Identity Center: instances and permission sets (IAM Identity Center API reference, 2020-07-20; JSON 1.1). Who has what is
 * in {@link AssignmentCalls}.
 */
final class SsoAdminCalls extends JsonProtocol {

    static final Pattern INSTANCE =
            Pattern.compile("arn:aws(?:-[a-z]{1,5}){0,3}:sso:::instance/(?:sso)?ins-[\\w.-]{16}");
    static final Pattern SET =
            Pattern.compile("arn:aws(?:-[a-z]{1,5}){0,3}:sso:::permissionSet/(?:sso)?ins-[\\w.-]{16}/ps-[\\w./-]{16}");
    private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]{1,32}");
    private static final Pattern DESCRIPTION = Pattern.compile("[\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]{1,700}");
    private static final Pattern DURATION = Pattern.compile("P[0-9DTHMS.]{1,99}");
    private static final Pattern ANY = Pattern.compile("(?s).{1,32768}");
    private static final String ONE_HOUR = "PT1H";

    private final Cloud cloud;
    private final AssignmentCalls assignments;

    SsoAdminCalls(Cloud cloud) {
        super("SWBExternalService.", "ThrottlingException");
        this.cloud = cloud;
        this.assignments = new AssignmentCalls(cloud.identityCenter());
    }

    @Override
    public String answer(Caller caller, Request request, String requestId) {
        JsonInput input = new JsonInput(parse(request));
        String action = action(request);
        admit(caller, action);
        if (action.equals("ListInstances")) {
            return listInstances();
        }
        if (!input.text("InstanceArn", INSTANCE).equals(center().instanceArn())) {
            throw JsonInput.notFound("Instance not found.");
        }
        return switch (action) {
            case "CreatePermissionSet" -> create(input);
            case "DescribePermissionSet" -> describe(set(input)).toString();
            case "UpdatePermissionSet" -> update(input);
            case "DeletePermissionSet" -> delete(input);
            case "ListPermissionSets" -> list(input);
            case "PutInlinePolicyToPermissionSet" -> putPolicy(input);
            case "GetInlinePolicyForPermissionSet" ->
                JSON.createObjectNode()
                        .put("InlinePolicy", set(input).inlinePolicy())
                        .toString();
            case "TagResource" -> tag(input);
            case "UntagResource" -> untag(input);
            case "ListTagsForResource" -> tags(input);
            default -> assignments.answer(action, input, () -> set(input));
        };
    }

    /** The management account, in the instance's region; there is no delegated administrator. */
    private void admit(Caller caller, String action) {
        if (!caller.accountId().equals(cloud.management().id())
                || !caller.region().equals(center().region())) {
            throw new AwsError(
                    403,
                    "AccessDeniedException",
                    "User: " + caller.arn() + " is not authorized to perform: sso:" + action);
        }
    }

    private String listInstances() {
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("Instances")
                .addObject()
                .put("InstanceArn", center().instanceArn())
                .put("IdentityStoreId", center().identityStoreId())
                .put("OwnerAccountId", cloud.management().id())
                .put("Status", "ACTIVE");
        return answer.toString();
    }

    private String create(JsonInput input) {
        String name = input.text("Name", NAME);
        Map<String, String> tags = PermissionSetTags.read(input, new TreeMap<>());
        String instance = center().instanceArn();
        PermissionSet fresh = new PermissionSet(
                instance.replace(":instance/", ":permissionSet/") + "/ps-"
                        + UUID.randomUUID().toString().replace("-", "").substring(0, 16),
                name,
                input.optional("Description", DESCRIPTION).orElse(null),
                duration(input, ONE_HOUR),
                Instant.now().toEpochMilli() / 1000.0,
                tags,
                "");
        if (!center().add(fresh)) {
            throw JsonInput.conflict("PermissionSet with name " + name + " already exists.");
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.set("PermissionSet", node(fresh));
        return answer.toString();
    }

    private String update(JsonInput input) {
        PermissionSet set = set(input);
        center().replace(set.with(
                input.optional("Description", DESCRIPTION).orElse(set.description()),
                duration(input, set.sessionDuration())));
        return "{}";
    }

    private String delete(JsonInput input) {
        if (!center().remove(set(input))) {
            throw JsonInput.conflict(
                    "Could not delete because PermissionSet has ApplicationProfile associated with it");
        }
        return "{}";
    }

    private String list(JsonInput input) {
        JsonInput.Page<PermissionSet> page = input.page(center().sets());
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode arns = answer.putArray("PermissionSets");
        page.items().forEach(set -> arns.add(set.arn()));
        page.next().ifPresent(token -> answer.put("NextToken", token));
        return answer.toString();
    }

    private String putPolicy(JsonInput input) {
        PermissionSet set = set(input);
        center().replace(set.withPolicy(InlinePolicy.check(input.text("InlinePolicy", ANY))));
        return "{}";
    }

    private String tag(JsonInput input) {
        PermissionSet set = tagged(input);
        center().replace(set.withTags(PermissionSetTags.read(input, set.tags())));
        return "{}";
    }

    private String untag(JsonInput input) {
        PermissionSet set = tagged(input);
        Map<String, String> tags = new TreeMap<>(set.tags());
        for (JsonNode key : input.node().path("TagKeys")) {
            tags.remove(key.asText());
        }
        center().replace(set.withTags(tags));
        return "{}";
    }

    private String tags(JsonInput input) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Tags");
        tagged(input)
                .tags()
                .forEach((key, value) -> list.addObject().put("Key", key).put("Value", value));
        return answer.toString();
    }

    private PermissionSet set(JsonInput input) {
        return existing(input.text("PermissionSetArn", SET));
    }

    private PermissionSet tagged(JsonInput input) {
        return existing(input.text("ResourceArn", SET));
    }

    private PermissionSet existing(String arn) {
        return center().set(arn).orElseThrow(() -> JsonInput.notFound("Could not find PermissionSet with id " + arn));
    }

    private static ObjectNode describe(PermissionSet set) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("PermissionSet", node(set));
        return answer;
    }

    private static ObjectNode node(PermissionSet set) {
        ObjectNode node = JSON.createObjectNode()
                .put("PermissionSetArn", set.arn())
                .put("Name", set.name())
                .put("SessionDuration", set.sessionDuration())
                .put("CreatedDate", set.createdAt());
        if (set.description() != null) {
            node.put("Description", set.description());
        }
        return node;
    }

    private static String duration(JsonInput input, String otherwise) {
        String text = input.optional("SessionDuration", DURATION).orElse(otherwise);
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(PermissionSet.LEAST_SESSION) >= 0
                    && duration.compareTo(PermissionSet.MOST_SESSION) <= 0) {
                return text;
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw JsonInput.invalid("SessionDuration must be between PT1H and PT12H, not " + text);
    }

    private IdentityCenter center() {
        return cloud.identityCenter();
    }
}
