package dev.sallyport.cli.login;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the issuer knows this command line as: a public client.
 *
 * @param audience for issuers that want to be told for whom a token is
 */
record Client(String id, String scopes, @Nullable String audience) {

    /** The fields with those of every call. */
    Map<String, String> form(Map<String, String> fields) {
        Map<String, String> form = new LinkedHashMap<>(fields);
        form.put("client_id", id);
        if (audience != null) {
            form.put("audience", audience);
        }
        return form;
    }
}
