package dev.sallyport.api.integrations;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The AWS integration against the stand-in of two accounts, with a secret key planted to be looked for. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class AwsIT {

    private static final String BASE = "/api/integrations/aws";

    private final List<Response> answers = new ArrayList<>();

    @BeforeEach
    void storeKeys() {
        assertThat(put(keys()).statusCode()).isEqualTo(204);
    }

    @AfterEach
    void noAnswerAndNoLogHoldsTheKey() throws IOException {
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.asString()).doesNotContain(Neighbours.SECRET_ACCESS_KEY));
        assertThat(Files.readString(Neighbours.LOG)).doesNotContain(Neighbours.SECRET_ACCESS_KEY);
    }

    @Test
    void saysWhoWeAre() {
        Response answer = get("/iam/userinfo");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("account_id")).isEqualTo(Neighbours.MANAGEMENT);
        assertThat(answer.jsonPath().getString("region")).isEqualTo("us-west-2");
    }

    @Test
    void saysWhichActionsAreDenied() {
        Response allowed = post("/iam/verify", "");
        Neighbours.aws().cloud().deny("rds:ModifyDBInstance");
        try {
            Response denied = post("/iam/verify", "");

            assertThat(allowed.jsonPath().getString("status")).isEqualTo("allowed");
            assertThat(allowed.jsonPath().getList("evaluation_details")).hasSize(10);
            assertThat(denied.jsonPath().getString("status")).isEqualTo("denied");
            assertThat(denied.jsonPath()
                            .getList(
                                    "evaluation_details.findAll { it.decision != 'allowed' }.action_name",
                                    String.class))
                    .containsExactly("rds:ModifyDBInstance");
        } finally {
            Neighbours.aws().cloud().allow("rds:ModifyDBInstance");
        }
    }

    @Test
    void listsTheAccountsAPageAtATime() {
        Response first = get("/organizations?limit=1");
        Response second =
                get("/organizations?limit=1&cursor=" + first.jsonPath().getString("next_cursor"));

        assertThat(first.jsonPath().getString("items[0].account_id")).isEqualTo(Neighbours.MANAGEMENT);
        assertThat(second.jsonPath().getString("items[0].account_id")).isEqualTo(Neighbours.MEMBER);
        assertThat(second.jsonPath().getString("next_cursor")).isNull();
    }

    @Test
    void findsInstancesAndKeepsAFailingAccountToItself() {
        Response answer = post(
                "/rds/describe-db-instances",
                "{\"account_ids\": [\"111111111111\", \"222222222222\", \"333333333333\", \"111111111111\"]}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.jsonPath().getList("items.account_id", String.class))
                .containsExactly("111111111111", "222222222222", "333333333333");
        assertThat(answer.jsonPath().getString("items[0].arn"))
                .isEqualTo("arn:aws:rds:us-west-2:111111111111:db:orders");
        assertThat(answer.jsonPath().getString("items[0].error")).isNull();
        assertThat(answer.jsonPath().getString("items[1].engine")).isEqualTo("oracle-ee");
        assertThat(answer.jsonPath().getString("items[1].error")).contains("oracle-ee is not supported");
        assertThat(answer.jsonPath().getString("items[2].error")).isNotBlank();
        assertThat(answer.jsonPath().getString("items[2].arn")).isNull();
    }

    @Test
    void looksIntoItsOwnAccountWhenNoneIsNamed() {
        Response answer = post("/rds/describe-db-instances", "{}");

        assertThat(answer.jsonPath().getList("items.name", String.class)).containsExactly("orders");
    }

    @Test
    void refusesWhatIsWrong() {
        refused(put(Map.of("region", "us-west-2")), 400, "instance_role_not_allowed");
        refused(put(Map.of("access_key_id", Neighbours.ACCESS_KEY_ID, "region", "us-west-2")), 400, "missing_field");
        refused(put(Map.of()), 400, "missing_field");
        refused(put(with("region", "nowhere")), 400, "invalid_field");
        refused(put(with("access_key_id", "x y")), 400, "invalid_field");
        refused(put(with("colour", "blue")), 400, "unknown_field");
        refused(post("/rds/describe-db-instances", "{\"account_ids\": [\"12\"]}"), 400, "invalid_account_id");
    }

    @Test
    void saysThatTheKeyIsNoLongerValid() {
        assertThat(put(with("access_key_id", "AKIASALLYPORTTEST999")).statusCode())
                .isEqualTo(204);

        refused(get("/iam/userinfo"), 502, "aws_bad_credentials");
    }

    @Test
    void saysThatNoAccessIsStored() {
        assertThat(kept(admin().delete(BASE + "/iam/accesskeys")).statusCode()).isEqualTo(204);

        refused(get("/iam/userinfo"), 409, "aws_not_configured");
        refused(post("/rds/describe-db-instances", "{}"), 409, "aws_not_configured");
    }

    private static Map<String, String> keys() {
        return Map.of(
                "access_key_id",
                Neighbours.ACCESS_KEY_ID,
                "secret_access_key",
                Neighbours.SECRET_ACCESS_KEY,
                "region",
                "us-west-2");
    }

    private static Map<String, String> with(String field, String value) {
        Map<String, String> all = new java.util.HashMap<>(keys());
        all.put(field, value);
        return all;
    }

    private Response put(Map<String, String> body) {
        return kept(admin().contentType("application/json").body(body).put(BASE + "/iam/accesskeys"));
    }

    private Response post(String path, String body) {
        RequestSpecification request = admin();
        return kept((body.isEmpty()
                        ? request
                        : request.contentType("application/json").body(body))
                .post(BASE + path));
    }

    private Response get(String path) {
        return kept(admin().get(BASE + path));
    }

    private Response kept(Response answer) {
        answers.add(answer);
        return answer;
    }

    private static RequestSpecification admin() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN));
    }

    private static void refused(Response response, int status, String code) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.jsonPath().getString("code")).isEqualTo(code);
    }
}
