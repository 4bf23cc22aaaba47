package dev.sallyport.api;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The service is up, ready, and refuses in problem documents. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class BaseIT {

    @Test
    void isReadyWithItsNeighbours() {
        assertThat(get("/q/health/ready").then().statusCode(200).extract().asString())
                .contains("secret store", "Reactive PostgreSQL", "Kafka");
    }

    @Test
    void knowsNoOtherPath() {
        assertThat(get("/api/nothing")
                        .then()
                        .statusCode(404)
                        .contentType("application/problem+json")
                        .extract()
                        .<String>path("code"))
                .isEqualTo("not_found");
    }
}
