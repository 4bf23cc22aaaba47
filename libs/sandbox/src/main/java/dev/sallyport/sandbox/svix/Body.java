package dev.sallyport.sandbox.svix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request's JSON object, read as the OpenAPI document says; what is not so is a 422 that names the field. */
record Body(ObjectNode json) {

    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9\\-_.]{1,256}");
    static final Pattern ANY = Pattern.compile("(?s).+");
    private static final Pattern SECRET = Pattern.compile("(whsec_)?[a-zA-Z0-9+/=]{32,100}");
    private static final int LONGEST_GRACE_SECONDS = 7 * 24 * 3_600;
    private static final ObjectMapper JSON = new ObjectMapper();

    static Body of(String text) {
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return new Body(object);
            }
        } catch (JsonProcessingException e) {
            throw SvixError.of(400, "invalid_json", "Request body is not valid JSON");
        }
        throw SvixError.of(400, "invalid_json", "Request body is not a JSON object");
    }

    String text(String field, Pattern form) {
        return optional(field, form)
                .orElseThrow(() -> SvixError.invalid(field, "field required", "value_error.missing"));
    }

    Optional<String> optional(String field, Pattern form) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw SvixError.invalid(field, "str type expected", "type_error.str");
        }
        if (!form.matcher(value.asText()).matches()) {
            throw SvixError.invalid(field, "string does not match regex", "value_error.str.regex");
        }
        return Optional.of(value.asText());
    }

    boolean flag(String field) {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw SvixError.invalid(field, "value could not be parsed to a boolean", "type_error.bool");
        }
        return value.asBoolean(false);
    }

    URI url() {
        URI url;
        try {
            url = URI.create(text("url", ANY));
        } catch (IllegalArgumentException e) {
            throw SvixError.invalid("url", "invalid or missing URL scheme", "value_error.url.scheme");
        }
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equals("https") && !scheme.equals("http") || url.getHost() == null) {
            throw SvixError.invalid("url", "invalid or missing URL scheme", "value_error.url.scheme");
        }
        return url;
    }

    Optional<Secret> secret(String field) {
        return optional(field, SECRET).map(text -> Secret.of(text.startsWith("whsec_") ? text : "whsec_" + text));
    }

    Duration grace() {
        JsonNode seconds = json.path("gracePeriodSeconds");
        if (seconds.isMissingNode() || seconds.isNull()) {
            return Endpoint.DEFAULT_GRACE;
        }
        if (!seconds.isInt() || seconds.asInt() < 0 || seconds.asInt() > LONGEST_GRACE_SECONDS) {
            throw SvixError.invalid(
                    "gracePeriodSeconds",
                    "ensure this value is from 0 to " + LONGEST_GRACE_SECONDS,
                    "value_error.number.not_le");
        }
        return Duration.ofSeconds(seconds.asInt());
    }

    /** Null when the field is missing: no filter. */
    @Nullable Set<String> names(String field) {
        JsonNode list = json.path(field);
        if (list.isMissingNode() || list.isNull()) {
            return null;
        }
        Set<String> names = new LinkedHashSet<>();
        list.forEach(name -> names.add(name.asText()));
        if (names.isEmpty()) {
            throw SvixError.invalid(field, "ensure this value has at least 1 items", "value_error.list.min_items");
        }
        return names;
    }
}
