package dev.sallyport.api.integrations;

import static dev.sallyport.api.integrations.AwsApi.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.aws.Denial;
import dev.sallyport.sandbox.aws.Faults;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which actions are allowed, account by account, and who denies those that are not. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class VerificationIT {

    private static final String MEMBER = "{\"account_ids\": [\"222222222222\"]}";

    private final AwsApi api = new AwsApi();

    @BeforeEach
    void storeKeys() {
        api.storeKeys();
    }

    @AfterEach
    void heal() {
        faults().clear();
    }

    @Test
    void checksTheRoleOfAnotherAccount() {
        JsonPath verified = verify("{\"account_ids\": [\"222222222222\", \"111111111111\"]}");

        assertThat(verified.getString("status")).isEqualTo("allowed");
        assertThat(verified.getList("accounts.account_id", String.class))
                .containsExactly(Neighbours.MEMBER, Neighbours.MANAGEMENT);
        assertThat(verified.getList("accounts.status", String.class)).containsOnly("allowed");
        assertThat(verified.getString("accounts[0].identity"))
                .isEqualTo("arn:aws:iam::222222222222:role/OrganizationAccountAccessRole");
        assertThat(verified.getList("accounts[0].evaluation_details.findAll { it.required }"))
                .hasSize(7);
    }

    @Test
    void namesNoAccountsWhenNoneAreAskedFor() {
        assertThat(verify("").getList("accounts")).isEmpty();
    }

    @Test
    void saysWhoDenies() {
        faults().deny("rds:ModifyDBInstance", Neighbours.MEMBER, Denial.EXPLICIT);
        faults().deny("rds:ModifyDBCluster", Neighbours.MEMBER, Denial.BY_ORGANIZATION);
        faults().deny("ec2:CreateTags", Neighbours.MEMBER, Denial.IMPLICIT);

        JsonPath verified = verify(MEMBER);

        assertThat(verified.getString("status")).isEqualTo("denied");
        assertThat(verified.getString("accounts[0].status")).isEqualTo("denied");
        assertThat(reason(verified, "rds:ModifyDBInstance")).contains("a policy of the user or role denies it");
        assertThat(reason(verified, "rds:ModifyDBCluster")).contains("service control policy");
        assertThat(reason(verified, "ec2:CreateTags")).contains("no policy of the user or role allows it");
        assertThat(reason(verified, "rds:DescribeDBInstances")).isNull();
        assertThat(verified.getList("evaluation_details.findAll { it.decision != 'allowed' }", Object.class))
                .as("in our own account nothing is denied")
                .isEmpty();
    }

    @Test
    void isAllowedThoughAFeatureOfItsOwnIsNot() {
        faults().deny("secretsmanager:GetSecretValue", Neighbours.MEMBER, Denial.IMPLICIT);

        JsonPath verified = verify(MEMBER);

        assertThat(verified.getString("status")).isEqualTo("allowed");
        assertThat(reason(verified, "secretsmanager:GetSecretValue")).isNotNull();
    }

    @Test
    void saysWhichAccountsItCannotAsk() {
        faults().deny("iam:SimulatePrincipalPolicy", Neighbours.MEMBER, Denial.IMPLICIT);

        JsonPath verified = verify("{\"account_ids\": [\"222222222222\", \"333333333333\"]}");

        assertThat(verified.getString("status")).isEqualTo("denied");
        assertThat(verified.getList("accounts.status", String.class)).containsExactly("unknown", "unknown");
        assertThat(verified.getList("accounts.error_code", String.class)).containsExactly("aws_denied", "aws_denied");
        assertThat(verified.getString("accounts[0].error")).contains("allow it to the role");
        assertThat(verified.getString("accounts[1].error")).contains("sts:AssumeRole");
    }

    @Test
    void saysThatOurOwnAccountCannotBeAsked() {
        faults().deny("iam:SimulatePrincipalPolicy", Neighbours.MANAGEMENT, Denial.IMPLICIT);

        refused(api.post("/iam/verify", MEMBER), 502, "aws_denied");
    }

    private JsonPath verify(String body) {
        Response answer = api.post("/iam/verify", body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath();
    }

    private static String reason(JsonPath verified, String action) {
        return verified.getString("accounts[0].evaluation_details.find { it.action_name == '" + action + "' }.reason");
    }

    private static Faults faults() {
        return Neighbours.aws().cloud().faults();
    }
}
