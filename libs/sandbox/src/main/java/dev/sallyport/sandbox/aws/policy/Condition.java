package dev.sallyport.sandbox.aws.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One key of a condition: it holds when the request's value fits one of the texts; with a negated operator, none of them
 * (IAM User Guide, "IAM JSON policy elements: Condition operators").
 *
 * @param ifExists whether a request without the key fulfils it
 */
record Condition(Operator operator, boolean ifExists, String key, List<String> texts) {

    private static final String IF_EXISTS = "IfExists";

    /** How a request's value is compared. */
    enum Operator {
        StringEquals(false),
        StringNotEquals(true),
        StringLike(false),
        StringNotLike(true),
        ArnEquals(false),
        ArnLike(false),
        ArnNotLike(true),
        Bool(false),
        Null(false);

        private final boolean negated;

        Operator(boolean negated) {
            this.negated = negated;
        }
    }

    /** @throws IllegalArgumentException for an operator that is not understood */
    static List<Condition> parse(JsonNode conditions) {
        List<Condition> parsed = new ArrayList<>();
        conditions
                .fields()
                .forEachRemaining(operator -> operator.getValue()
                        .fields()
                        .forEachRemaining(
                                key -> parsed.add(condition(operator.getKey(), key.getKey(), key.getValue()))));
        return parsed;
    }

    boolean holds(Request request) {
        Optional<String> value = request.value(key);
        if (operator == Operator.Null) {
            return texts.stream().anyMatch(text -> Boolean.parseBoolean(text) == value.isEmpty());
        }
        if (value.isEmpty()) {
            return ifExists || operator.negated;
        }
        boolean fits = texts.stream().anyMatch(text -> fits(text, value.get(), request));
        return fits != operator.negated;
    }

    private boolean fits(String text, String value, Request request) {
        return switch (operator) {
            case StringEquals, StringNotEquals ->
                request.filled(text).filter(value::equals).isPresent();
            case StringLike, StringNotLike -> like(text, value, request);
            case ArnEquals, ArnLike, ArnNotLike -> arnLike(text, value, request);
            case Bool -> text.equalsIgnoreCase(value);
            case Null -> throw new IllegalStateException("decided before");
        };
    }

    private static boolean like(String text, String value, Request request) {
        return request.wild(text)
                .filter(pattern -> pattern.matcher(value).matches())
                .isPresent();
    }

    /** Each of the six parts by itself; a colon in a variable's name divides nothing. */
    private static boolean arnLike(String text, String value, Request request) {
        String[] wanted = text.split(":(?![^{}]*})", 6);
        String[] given = value.split(":", 6);
        if (wanted.length != 6 || given.length != 6) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!like(wanted[i], given[i], request)) {
                return false;
            }
        }
        return true;
    }

    private static Condition condition(String name, String key, JsonNode values) {
        boolean ifExists = name.endsWith(IF_EXISTS);
        String operator = ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
        List<String> texts = new ArrayList<>();
        Statement.each(values).forEach(value -> texts.add(value.asText()));
        for (Operator known : Operator.values()) {
            if (known.name().equals(operator) && !(ifExists && known == Operator.Null)) {
                return new Condition(known, ifExists, key, texts);
            }
        }
        throw new IllegalArgumentException("the condition operator " + name + " is not understood");
    }
}
