package dev.sallyport.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What would be changed, field by field. What is null, and what is not there, are the same. */
final class Difference {

    private static final JsonNode NOTHING = JsonNodeFactory.instance.nullNode();

    /** @param field with dots between the names */
    record Field(String field, JsonNode before, JsonNode after) {

        /** For people: texts of several lines each with its own mark. */
        List<String> lines() {
            if (before.asText().contains("\n") || after.asText().contains("\n")) {
                List<String> lines = new ArrayList<>(List.of("    " + field + ":"));
                List<String> old =
                        before.isNull() ? List.of() : before.asText().lines().toList();
                List<String> fresh =
                        after.isNull() ? List.of() : after.asText().lines().toList();
                old.stream().filter(line -> !fresh.contains(line)).forEach(line -> lines.add("      - " + line));
                fresh.stream().filter(line -> !old.contains(line)).forEach(line -> lines.add("      + " + line));
                return lines;
            }
            return List.of("    " + field + ": " + shown(before) + " → " + shown(after));
        }

        private static String shown(JsonNode value) {
            return value.isNull() ? "(none)" : value.isTextual() ? value.asText() : value.toString();
        }
    }

    /** @param asGiven of {@code fields}: those that the API takes; it says others besides */
    static List<Field> between(JsonNode before, JsonNode after, Set<String> fields) {
        List<Field> found = new ArrayList<>();
        fields.forEach(field -> compare(field, at(before, field), at(after, field), found));
        return found;
    }

    private static void compare(String field, JsonNode before, JsonNode after, List<Field> found) {
        if (before.isObject() && after.isObject()) {
            Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(field + "." + name, at(before, name), at(after, name), found));
        } else if (!bare(before).equals(bare(after))) {
            found.add(new Field(field, before, after));
        }
    }

    /** Without what is null, so that what is left out equals what is null. */
    private static JsonNode bare(JsonNode value) {
        if (value.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            value.forEach(item -> array.add(bare(item)));
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(entry -> {
                if (!entry.getValue().isNull()) {
                    object.set(entry.getKey(), bare(entry.getValue()));
                }
            });
            return object;
        }
        return value.isIntegralNumber() ? JsonNodeFactory.instance.numberNode(value.asLong()) : value;
    }

    private static JsonNode at(JsonNode object, String field) {
        return object.has(field) ? object.path(field) : NOTHING;
    }

    private Difference() {}
}
