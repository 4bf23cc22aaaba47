package dev.sallyport.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.Api.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What has to be made, changed and removed, so that the API has what the files say. */
final class Plan {

    /** What is to be done with one thing. @param revision as it was seen; 0 for what was not there */
    record Step(Verb verb, Document.Key key, int revision, ObjectNode spec, List<Difference.Field> fields) {}

    enum Verb {
        CREATE("+"),
        CHANGE("~"),
        REMOVE("-");

        private final String mark;

        Verb(String mark) {
            this.mark = mark;
        }

        String mark() {
            return mark;
        }
    }

    private final List<Step> steps;
    private final int unchanged;

    private Plan(List<Step> steps, int unchanged) {
        this.steps = steps;
        this.unchanged = unchanged;
    }

    /** @param abandoned what an apply before made, and the files hold no more */
    static Plan of(Api api, Schema schema, Map<Document.Key, Document> wanted, Set<Document.Key> abandoned) {
        List<Step> steps = new ArrayList<>();
        for (Map.Entry<Document.Key, Document> each : new TreeMap<>(wanted).entrySet()) {
            Step step = step(api, schema, each.getKey(), each.getValue().spec());
            if (step.verb() == Verb.CREATE || !step.fields().isEmpty()) {
                steps.add(step);
            }
        }
        int unchanged = wanted.size() - steps.size();
        abandoned.stream()
                .sorted(Comparator.<Document.Key>naturalOrder().reversed())
                .forEach(key -> {
                    Answer there = current(api, key);
                    if (there.status() == 200 && !there.body().path("built_in").asBoolean()) {
                        steps.add(new Step(
                                Verb.REMOVE,
                                key,
                                revision(there.body()),
                                JsonNodeFactory.instance.objectNode(),
                                List.of()));
                    }
                });
        return new Plan(List.copyOf(steps), unchanged);
    }

    private static Step step(Api api, Schema schema, Document.Key key, ObjectNode spec) {
        Answer there = current(api, key);
        ObjectNode whole = withDefaults(spec, schema.defaults(key.kind()));
        Set<String> fields = new LinkedHashSet<>();
        schema.defaults(key.kind()).fieldNames().forEachRemaining(fields::add);
        if (there.status() == 404 || there.body().path("built_in").asBoolean()) {
            JsonNode nothing = JsonNodeFactory.instance.objectNode();
            return new Step(Verb.CREATE, key, 0, spec, Difference.between(nothing, spec, fields));
        }
        JsonNode before = there.body().path("spec").isObject() ? there.body().path("spec") : there.body();
        if (key.kind() == Kind.WORKFLOW && !whole.has("default_duration_seconds")) {
            long longest = whole.path("access_duration_seconds").asLong();
            whole.put("default_duration_seconds", Math.min(longest, 3_600));
        }
        if (key.kind() == Kind.PROXY && !whole.has("name")) {
            whole.put("name", key.name());
        }
        if (key.kind() == Kind.AVAILABILITY && whole.path("role").asText("").contains("@arn:")) {
            whole.put("role", whole.path("role").asText().replaceFirst("@arn:.*", ""));
        }
        return new Step(Verb.CHANGE, key, revision(there.body()), spec, Difference.between(before, whole, fields));
    }

    private static Answer current(Api api, Document.Key key) {
        Answer answer = api.exchange("GET", key.kind().path(key.name()), null);
        if (answer.status() == 200 || answer.status() == 404) {
            return answer;
        }
        Api.expectSuccess(key.kind().path(key.name()), answer);
        throw new CommandFailure(ExitCode.FAILED, key + ": the API answered " + answer.status());
    }

    private static int revision(JsonNode there) {
        return there.path("revision").asInt(0);
    }

    /** @param properties of a schema, of which some say their {@code default} */
    private static ObjectNode withDefaults(ObjectNode spec, JsonNode properties) {
        ObjectNode whole = spec.deepCopy();
        properties.properties().forEach(property -> {
            String name = property.getKey();
            if (!whole.has(name) && property.getValue().has("default")) {
                whole.set(name, property.getValue().path("default"));
            }
            JsonNode below = property.getValue().path("properties");
            if (whole.path(name).isObject()) {
                whole.set(name, withDefaults((ObjectNode) whole.path(name), below));
            } else if (name.equals("validation") && !whole.has(name)) {
                whole.set(name, withDefaults(JsonNodeFactory.instance.objectNode(), below));
            }
        });
        return whole;
    }

    List<Step> steps() {
        return steps;
    }

    int unchanged() {
        return unchanged;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            lines.add(step.verb().mark() + " " + step.key());
            step.fields().forEach(field -> lines.addAll(field.lines()));
        }
        lines.add(count(Verb.CREATE) + " to create, " + count(Verb.CHANGE) + " to change, " + count(Verb.REMOVE)
                + " to remove, " + unchanged + " unchanged");
        return lines;
    }

    private long count(Verb verb) {
        return steps.stream().filter(step -> step.verb() == verb).count();
    }
}
