package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.http.Api;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls under {@code /api/access}. */
public final class AccessApi {

    static final String REQUESTS = "/api/access/requests";
    static final String GRANTS = "/api/access/grants";
    private static final String ENSURE = "/api/access/ensure";

    private final Api api;

    public AccessApi(Api api) {
        this.api = api;
    }

    public Api api() {
        return api;
    }

    /** What became, or would become, of one entitlement. */
    public record Ensured(
            String target, String role, String outcome, String requestId, String grantId, String message) {

        private static Ensured of(JsonNode item) {
            return new Ensured(
                    item.path("target").asText(),
                    item.path("role").asText(),
                    item.path("outcome").asText(),
                    item.path("request_id").asText("").replace("null", ""),
                    item.path("grant_id").asText("").replace("null", ""),
                    item.path("message").asText("").replace("null", ""));
        }
    }

    /** All that this person may ask for. */
    public List<Entitlement> entitlements() {
        return api.list("/api/access/entitlements", "", Integer.MAX_VALUE).items().stream()
                .map(Entitlement::of)
                .toList();
    }

    /** Has a live grant or an open request for each; repeating it is safe. Nothing is made when {@code dry}. */
    public List<Ensured> ensure(List<Entitlement> wanted, Justification why, boolean dry) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("entitlements", wanted.stream().map(Entitlement::key).toList());
        body.putAll(why.fields());
        if (dry) {
            body.put("dry_run", true);
        }
        List<Ensured> answers = new ArrayList<>();
        api.post(ENSURE, body).path("items").forEach(item -> answers.add(Ensured.of(item)));
        return answers;
    }

    public JsonNode request(String id) {
        return api.get(REQUESTS + "/" + Api.encoded(id));
    }

    public JsonNode grant(String id) {
        return api.get(GRANTS + "/" + Api.encoded(id));
    }

    /** One step of a request: {@code approve}, {@code deny} or {@code cancel}. */
    JsonNode decide(String id, String step, Map<String, ?> body) {
        return api.post(REQUESTS + "/" + Api.encoded(id) + "/" + step, body);
    }

    /** One step of a grant: {@code activate}, {@code extend} or {@code close}. */
    public JsonNode step(String id, String step, Map<String, ?> body) {
        return api.post(GRANTS + "/" + Api.encoded(id) + "/" + step, body);
    }
}
