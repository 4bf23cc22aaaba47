package dev.sallyport.api.inventories;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;

/** What access as code has made is kept for each owner. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class InventoriesIT {

    private static final String PAYMENTS = "/api/access/inventories/payments";

    @Test
    void keepsWhatWasMadeForEachOwnerAndTheLastWordCounts() {
        assertThat(admin().get("/api/access/inventories/nobody").statusCode()).isEqualTo(404);
        assertThat(admin().body("{\"items\": [{\"kind\": \"Workflow\", \"name\": \"rds\"}]}")
                        .put(PAYMENTS)
                        .statusCode())
                .isEqualTo(200);
        admin().body("{\"items\": [{\"kind\": \"Selector\", \"name\": \"all\"}]}")
                .put(PAYMENTS);

        assertThat(admin().get(PAYMENTS).jsonPath().getList("items.name", String.class))
                .containsExactly("all");
        assertThat(admin().get(PAYMENTS).jsonPath().getString("updated_by")).isEqualTo("admin");
    }

    @Test
    void refusesWhatIsNoInventory() {
        for (String body : new String[] {"{}", "{\"items\": [{\"kind\": \"Workflow\"}]}", "{\"items\": [null]}"}) {
            assertThat(admin().body(body).put(PAYMENTS).jsonPath().getString("code"))
                    .as(body)
                    .isEqualTo("invalid_field");
        }
        assertThat(admin().body("{\"items\": []}")
                        .put("/api/access/inventories/-x")
                        .statusCode())
                .isEqualTo(400);
    }

    private static RequestSpecification admin() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN))
                .contentType("application/json");
    }
}
