package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The input of a call of Identity Center or of its identity store, checked as their references say. */
record JsonInput(JsonNode node) {

    private static final int DEFAULT_RESULTS = 100;

    /** One page of a list. */
    record Page<T>(List<T> items, Optional<String> next) {}

    /** A text that must be there and have a form. */
    String text(String name, Pattern form) {
        return optional(name, form)
                .orElseThrow(() -> invalid("1 validation error detected: Value null at '" + name
                        + "' failed to satisfy constraint: Member must not be null"));
    }

    Optional<String> optional(String name, Pattern form) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() || !form.matcher(value.asText()).matches()) {
            throw invalid("1 validation error detected: Value '" + value.asText() + "' at '" + name
                    + "' failed to satisfy constraint: Member must satisfy regular expression pattern: " + form);
        }
        return Optional.of(value.asText());
    }

    /** By {@code MaxResults} and {@code NextToken}. */
    <T> Page<T> page(List<T> all) {
        int most = node.path("MaxResults").asInt(DEFAULT_RESULTS);
        if (most < 1 || most > DEFAULT_RESULTS) {
            throw invalid("1 validation error detected: Value '" + most
                    + "' at 'maxResults' failed to satisfy constraint: Member must be between 1 and 100");
        }
        String token = node.path("NextToken").asText("0");
        if (!token.matches("\\d{1,9}")) {
            throw invalid("The NextToken is invalid");
        }
        int from = Math.min(Integer.parseInt(token), all.size());
        int to = Math.min(all.size(), from + most);
        return new Page<>(
                all.subList(from, to), to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    static AwsError invalid(String message) {
        return new AwsError(400, "ValidationException", message);
    }

    static AwsError notFound(String message) {
        return new AwsError(400, "ResourceNotFoundException", message);
    }

    static AwsError conflict(String message) {
        return new AwsError(400, "ConflictException", message);
    }
}
