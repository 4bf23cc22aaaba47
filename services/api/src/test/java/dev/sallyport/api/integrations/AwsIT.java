package dev.sallyport.api.integrations;

import static dev.sallyport.api.integrations.AwsApi.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The AWS integration against the stand-in of two accounts, with a secret key planted to be looked for. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class AwsIT {

    private final AwsApi api = new AwsApi();

    @BeforeEach
    void storeKeys() {
        api.storeKeys();
    }

    @AfterEach
    void noAnswerAndNoLogHoldsTheKey() throws IOException {
        api.noAnswerAndNoLogHoldsTheKey();
    }

    @Test
    void saysWhoWeAre() {
        Response answer = api.get("/iam/userinfo");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("account_id")).isEqualTo(Neighbours.MANAGEMENT);
        assertThat(answer.jsonPath().getString("region")).isEqualTo("us-west-2");
    }

    @Test
    void saysWhichActionsAreDenied() {
        Response allowed = api.post("/iam/verify", "");
        Neighbours.aws().cloud().deny("rds:ModifyDBInstance");
        try {
            Response denied = api.post("/iam/verify", "");

            assertThat(allowed.jsonPath().getString("status")).isEqualTo("allowed");
            assertThat(allowed.jsonPath().getList("evaluation_details.findAll { it.required }"))
                    .hasSize(10);
            assertThat(allowed.jsonPath().getList("evaluation_details.findAll { !it.required }.needed_for"))
                    .contains("clusters", "tags", "deprovisioning", "managed_master_secret");
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
        Response first = api.get("/organizations?limit=1");
        Response second =
                api.get("/organizations?limit=1&cursor=" + first.jsonPath().getString("next_cursor"));

        assertThat(first.jsonPath().getString("items[0].account_id")).isEqualTo(Neighbours.MANAGEMENT);
        assertThat(second.jsonPath().getString("items[0].account_id")).isEqualTo(Neighbours.MEMBER);
        assertThat(second.jsonPath().getString("next_cursor")).isNull();
    }

    @Test
    void findsInstancesAndKeepsAFailingAccountToItself() {
        Response answer = api.post(
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
        Response answer = api.post("/rds/describe-db-instances", "{}");

        assertThat(answer.jsonPath().getList("items.name", String.class)).containsExactly("orders");
    }

    @Test
    void refusesWhatIsWrong() {
        refused(api.put(Map.of("region", "us-west-2")), 400, "instance_role_not_allowed");
        refused(
                api.put(Map.of("access_key_id", Neighbours.ACCESS_KEY_ID, "region", "us-west-2")),
                400,
                "missing_field");
        refused(api.put(Map.of()), 400, "missing_field");
        refused(api.put(AwsApi.keysWith("region", "nowhere")), 400, "invalid_field");
        refused(api.put(AwsApi.keysWith("region", "cn-north-1")), 400, "invalid_field");
        refused(api.put(AwsApi.keysWith("access_key_id", "x y")), 400, "invalid_field");
        refused(api.put(AwsApi.keysWith("colour", "blue")), 400, "unknown_field");
        refused(api.post("/rds/describe-db-instances", "{\"account_ids\": [\"12\"]}"), 400, "invalid_account_id");
    }

    @Test
    void saysThatTheKeyIsNoLongerValid() {
        assertThat(api.put(AwsApi.keysWith("access_key_id", "AKIASALLYPORTTEST999"))
                        .statusCode())
                .isEqualTo(204);

        refused(api.get("/iam/userinfo"), 502, "aws_bad_credentials");
    }

    @Test
    void saysThatNoAccessIsStored() {
        assertThat(api.delete().statusCode()).isEqualTo(204);

        refused(api.get("/iam/userinfo"), 409, "aws_not_configured");
        refused(api.post("/rds/describe-db-instances", "{}"), 409, "aws_not_configured");
    }
}
