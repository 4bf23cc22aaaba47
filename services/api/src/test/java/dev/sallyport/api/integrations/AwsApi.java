package dev.sallyport.api.integrations;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The AWS integration as an administrator calls it. It keeps all answers, to look for the planted key in them. */
final class AwsApi {

    private static final String BASE = "/api/integrations/aws";

    private final List<Response> answers = new ArrayList<>();
    private final String origin;

    /** The service under test. */
    AwsApi() {
        this("");
    }

    /** @param origin of another replica, for instance {@code http://127.0.0.1:8009} */
    AwsApi(String origin) {
        this.origin = origin;
    }

    /** The keys that the stand-in knows. */
    static Map<String, String> keys() {
        return Map.of(
                "access_key_id",
                Neighbours.ACCESS_KEY_ID,
                "secret_access_key",
                Neighbours.SECRET_ACCESS_KEY,
                "region",
                "us-west-2");
    }

    static Map<String, String> keysWith(String field, String value) {
        Map<String, String> all = new HashMap<>(keys());
        all.put(field, value);
        return all;
    }

    void storeKeys() {
        assertThat(put(keys()).statusCode()).isEqualTo(204);
    }

    Response put(Map<String, String> body) {
        return kept(admin().contentType("application/json").body(body).put(origin + BASE + "/iam/accesskeys"));
    }

    Response delete() {
        return kept(admin().delete(origin + BASE + "/iam/accesskeys"));
    }

    Response get(String path) {
        return kept(admin().get(origin + BASE + path));
    }

    /** @param body none when it is empty */
    Response post(String path, String body) {
        RequestSpecification request = admin();
        return kept((body.isEmpty()
                        ? request
                        : request.contentType("application/json").body(body))
                .post(origin + BASE + path));
    }

    /** Searches and expects a list. */
    Response search(String body) {
        Response answer = post("/rds/describe-db-instances", body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer;
    }

    void noAnswerAndNoLogHoldsTheKey() throws IOException {
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.asString()).doesNotContain(Neighbours.SECRET_ACCESS_KEY));
        assertThat(Files.readString(Neighbours.LOG)).doesNotContain(Neighbours.SECRET_ACCESS_KEY);
    }

    static void refused(Response response, int status, String code) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.jsonPath().getString("code")).isEqualTo(code);
    }

    private Response kept(Response answer) {
        answers.add(answer);
        return answer;
    }

    private static RequestSpecification admin() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN));
    }
}
