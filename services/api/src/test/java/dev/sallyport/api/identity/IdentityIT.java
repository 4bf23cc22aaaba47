package dev.sallyport.api.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;

/** What a command line asks before and after its user logs in. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class IdentityIT {

    @Test
    void tellsEverybodyHowToLogInAndNothingElse() {
        Response answer = given().get("/api/.well-known/sallyport");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getMap("")).containsOnlyKeys("issuer", "client_id", "scopes", "audience");
        assertThat(answer.jsonPath().getString("issuer"))
                .isEqualTo(Neighbours.settings().get("quarkus.oidc.auth-server-url"));
        assertThat(answer.jsonPath().getString("client_id")).isEqualTo("sallyport-cli");
        assertThat(answer.jsonPath().getString("scopes")).contains("offline_access");
    }

    @Test
    void tellsAPersonWhoTheyAreToUs() {
        Response answer = given().header("Authorization", Neighbours.bearer(LocalUser.APPROVER))
                .get("/api/whoami");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("subject")).isEqualTo("approver");
        assertThat(answer.jsonPath().getString("email")).isEqualTo("approver@sallyport.local");
        assertThat(answer.jsonPath().getList("roles", String.class)).containsExactly("approver", "user");
    }
}
