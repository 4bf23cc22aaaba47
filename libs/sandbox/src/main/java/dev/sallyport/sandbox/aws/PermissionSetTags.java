package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The tags that a call brings: at most 50 in all, keys of 1 to 128 and values of up to 256 characters, none of AWS's own. */
final class PermissionSetTags {

    private static final int MOST = 50;
    private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}");

    static Map<String, String> read(JsonInput input, Map<String, String> before) {
        Map<String, String> tags = new TreeMap<>(before);
        for (JsonNode tag : input.node().path("Tags")) {
            String key = tag.path("Key").asText();
            String value = tag.path("Value").asText();
            if (!KEY.matcher(key).matches() || !VALUE.matcher(value).matches() || key.startsWith("aws:")) {
                throw JsonInput.invalid("The tag '" + key + "' is invalid");
            }
            tags.put(key, value);
        }
        if (tags.size() > MOST) {
            throw new AwsError(400, "ServiceQuotaExceededException", "There are more than " + MOST + " tags");
        }
        return tags;
    }

    private PermissionSetTags() {}
}
