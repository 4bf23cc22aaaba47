package dev.sallyport.sandbox.aws.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One statement of an identity-based policy.
 *
 * @param allows whether its effect is {@code Allow}
 */
record Statement(boolean allows, List<String> actions, List<String> resources, List<Condition> conditions) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<String> POLICY_ELEMENTS = Set.of("Version", "Id", "Statement");
    private static final Set<String> ELEMENTS = Set.of("Sid", "Effect", "Action", "Resource", "Condition");

    /** @throws IllegalArgumentException when the text is no policy, or holds an element that is not understood */
    static List<Statement> parse(String policy) {
        JsonNode root = read(policy);
        only(root, POLICY_ELEMENTS, "a policy");
        String version = root.path("Version").asText("2008-10-17");
        if (!version.equals("2012-10-17")) {
            throw new IllegalArgumentException("a policy of version " + version + " is not understood");
        }
        JsonNode statements = root.path("Statement");
        List<Statement> parsed = new ArrayList<>();
        each(statements).forEach(statement -> parsed.add(statement(statement)));
        if (parsed.isEmpty()) {
            throw new IllegalArgumentException("a policy has no Statement");
        }
        return parsed;
    }

    /** Whether it has anything to say to the request. */
    boolean speaksOf(Request request) {
        return actions.stream().anyMatch(action -> action(action, request.action()))
                && resources.stream()
                        .anyMatch(resource -> request.wild(resource)
                                .filter(pattern ->
                                        pattern.matcher(request.resource()).matches())
                                .isPresent())
                && conditions.stream().allMatch(condition -> condition.holds(request));
    }

    private static boolean action(String pattern, String action) {
        return new Request("", "", java.util.Map.of())
                .wild(pattern.toLowerCase(Locale.ROOT))
                .filter(wild -> wild.matcher(action.toLowerCase(Locale.ROOT)).matches())
                .isPresent();
    }

    private static Statement statement(JsonNode statement) {
        only(statement, ELEMENTS, "a statement");
        String effect = statement.path("Effect").asText();
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw new IllegalArgumentException("a statement's Effect is Allow or Deny, not '" + effect + "'");
        }
        return new Statement(
                effect.equals("Allow"),
                texts(statement, "Action"),
                texts(statement, "Resource"),
                Condition.parse(statement.path("Condition")));
    }

    private static List<String> texts(JsonNode statement, String element) {
        List<String> texts = new ArrayList<>();
        each(statement.path(element)).forEach(text -> texts.add(text.asText()));
        if (texts.isEmpty() || texts.contains("")) {
            throw new IllegalArgumentException("a statement has no " + element);
        }
        return texts;
    }

    /** The elements of a list, or what stands alone where a list might. */
    static Iterable<JsonNode> each(JsonNode node) {
        return node.isMissingNode() || node.isArray() ? node : List.of(node);
    }

    private static void only(JsonNode node, Set<String> known, String what) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(what + " is no JSON object");
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the element " + name + " of " + what + " is not understood");
            }
        }
    }

    private static JsonNode read(String policy) {
        try {
            return JSON.readTree(policy);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the policy is no JSON");
        }
    }
}
