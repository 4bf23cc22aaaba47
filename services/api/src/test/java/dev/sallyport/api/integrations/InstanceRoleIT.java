package dev.sallyport.api.integrations;

import static dev.sallyport.api.integrations.AwsApi.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.aws.InstanceMetadata;
import dev.sallyport.sandbox.aws.Role;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The role of the machine, by its metadata service; and, in other accounts that are in no organisation, a role of our own
 * naming that asks for an external id, in several regions. All of it by configuration alone.
 */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
@TestProfile(InstanceRoleIT.ByConfiguration.class)
class InstanceRoleIT {

    /** Where the SDK's default chain looks for the metadata service. */
    private static final String METADATA = "aws.ec2MetadataServiceEndpoint";

    /** A deployment on EC2 without an organisation. */
    public static final class ByConfiguration implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "INTEGRATION_AWS_INSTANCE_ROLE_ALLOW", "true",
                    "sallyport.aws.role-name", "teams/data/Reach",
                    "sallyport.aws.external-id", "ext-7",
                    "sallyport.aws.session-name", "sallyport-tests",
                    "sallyport.aws.accounts", Neighbours.MEMBER,
                    "sallyport.aws.regions", "us-west-2,eu-west-1");
        }
    }

    private final AwsApi api = new AwsApi();
    private final Role machine = new Role(Neighbours.MANAGEMENT, "/service-role/", "sallyport-host", "", null);
    private InstanceMetadata metadata;

    @BeforeEach
    void startMetadataService() {
        Neighbours.aws()
                .cloud()
                .identities()
                .addRole(new Role(Neighbours.MEMBER, "/teams/data/", "Reach", Neighbours.MANAGEMENT, "ext-7"));
        metadata = new InstanceMetadata(0, Neighbours.aws().cloud(), machine);
        System.setProperty(METADATA, metadata.endpoint());
        assertThat(api.put(Map.of("region", "us-west-2")).statusCode()).isEqualTo(204);
    }

    @AfterEach
    void stopMetadataService() {
        System.clearProperty(METADATA);
        assertThat(api.delete().statusCode()).isEqualTo(204);
        metadata.close();
    }

    @Test
    void isWhoTheMachineIs() {
        assertThat(api.get("/iam/userinfo").jsonPath().getString("arn"))
                .isEqualTo("arn:aws:sts::111111111111:assumed-role/sallyport-host/i-0a1b2c3d4e5f60718");
    }

    @Test
    void saysThatTheMachineHasNoRole() {
        metadata.close();
        // Another region: what was found for the one before is remembered.
        assertThat(api.put(Map.of("region", "eu-west-1")).statusCode()).isEqualTo(204);

        refused(api.get("/iam/userinfo"), 409, "aws_not_configured");
    }

    @Test
    void checksTheRoleBehindTheSessionByItsWholeName() {
        JsonPath verified = api.post("/iam/verify", "{\"account_ids\": [\"111111111111\", \"222222222222\"]}")
                .jsonPath();

        assertThat(verified.getString("status")).isEqualTo("allowed");
        assertThat(verified.getList("accounts.identity", String.class))
                .containsExactly(
                        "arn:aws:iam::111111111111:role/service-role/sallyport-host",
                        "arn:aws:iam::222222222222:role/teams/data/Reach");
    }

    @Test
    void listsTheAccountsOfTheConfiguration() {
        assertThat(api.get("/organizations").jsonPath().getList("items.account_id", String.class))
                .containsExactly(Neighbours.MANAGEMENT, Neighbours.MEMBER);
    }

    @Test
    void looksIntoTheRegionsOfTheConfiguration() {
        JsonPath found = api.search("{\"account_ids\": [\"222222222222\"]}").jsonPath();

        assertThat(found.getList("items.name", String.class)).containsExactly("ledger", "billing", "reports");
        assertThat(found.getList("items.region", String.class)).containsExactly("us-west-2", "eu-west-1", "eu-west-1");
    }
}
