package dev.sallyport.api.databases;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.configuration.ConfigurationChanged;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Change;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Databases and proxies that are registered by hand. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class DatabasesIT {

    private static final String PROXY = """
            {"account_id": "111111111111", "region": "us-west-2", "cluster": "sallyport"}
            """;

    private static final String USERS = """
            "users": [
              {"name": "Root", "username": "postgres",
               "password_secrets_manager_arn": "arn:aws:secretsmanager:us-west-2:111111111111:secret:root-AbCdEf"},
              {"name": "Read Only", "username": "read_only", "endpoint": "reader.example.com",
               "password_secrets_manager_arn": "arn:aws:secretsmanager:us-west-2:111111111111:secret:reader-AbCdEf"}]
            """;

    private static final String ORDERS = """
            {"name": "Prod Postgres Database", "proxy_id": "prod", "rds_instance_identifier": "orders",
             "database": "postgres", "tags": {"env": "prod"}, "default_local_port": 5433, %s}
            """.formatted(USERS);

    private static final String DATABASE = "arn:aws:rds:us-west-2:111111111111:db:orders/postgres";

    @BeforeEach
    void access() {
        admin().contentType("application/json")
                .body(Map.of(
                        "access_key_id", Neighbours.ACCESS_KEY_ID,
                        "secret_access_key", Neighbours.SECRET_ACCESS_KEY,
                        "region", "us-west-2"))
                .put("/api/integrations/aws/iam/accesskeys")
                .then()
                .statusCode(204);
        put("/api/proxies/prod", PROXY).statusCode(200);
    }

    @AfterEach
    void forget() {
        for (String id : new String[] {"orders", "other"}) {
            admin().delete("/api/databases/" + id);
        }
        admin().delete("/api/proxies/prod");
        admin().delete("/api/integrations/aws/iam/accesskeys");
    }

    @Test
    void asksAwsForWhatIsLeftOut() {
        put("/api/databases/orders", ORDERS)
                .statusCode(200)
                .body("database_id", equalTo(DATABASE))
                .body("engine", equalTo("postgres"))
                .body("host", equalTo("127.0.0.1"))
                .body("port", equalTo(5432))
                .body("tags", hasEntry("env", "prod"))
                .body("user_ids[1]", equalTo("read_only@" + DATABASE))
                .body("spec.region", nullValue());
    }

    @Test
    void answersWhatWasGivenAndTakesItAgain() {
        Map<String, ?> first = put("/api/databases/orders", ORDERS).extract().path("spec");
        put("/api/databases/orders", first).statusCode(200);
        Map<String, ?> second = admin().get("/api/databases/orders")
                .then()
                .statusCode(200)
                .extract()
                .path("spec");
        assertThat(second).isEqualTo(first);
    }

    @Test
    void needsNoAwsWhenAllIsSaid() {
        admin().delete("/api/integrations/aws/iam/accesskeys").then().statusCode(204);
        put(
                        "/api/databases/other",
                        "{\"rds_instance_identifier\": \"other\", \"account_id\": \"333333333333\", \"region\": \"eu-west-1\","
                                + " \"database\": \"shop\", \"engine\": \"mysql\", \"host\": \"db.internal\", \"port\": 3306, "
                                + USERS + "}")
                .statusCode(200)
                .body("database_id", equalTo("arn:aws:rds:eu-west-1:333333333333:db:other/shop"));
    }

    @Test
    void refusesWhatIsWrongAndSaysWhere() {
        put("/api/databases/Orders", ORDERS).statusCode(400).body("detail", containsString("'id'"));
        put("/api/databases/orders", "{\"database\": \"x\"}").statusCode(400).body("detail", containsString("users"));
        put("/api/databases/orders", ORDERS.replace("\"postgres\",\n", "\"read_only\",\n"))
                .statusCode(400)
                .body("detail", containsString("more than once"));
        put("/api/databases/orders", ORDERS.replace(":secret:root", ":parameter:root"))
                .statusCode(400)
                .body("detail", containsString("users[0].password_secrets_manager_arn"));
        put("/api/databases/orders", ORDERS.replace("\"prod\", \"rds", "\"nowhere\", \"rds"))
                .statusCode(422)
                .body("code", equalTo("unknown_proxy"));
        put("/api/databases/orders", ORDERS.replace("\"orders\"", "\"absent\""))
                .statusCode(422)
                .body("code", equalTo("unknown_instance"));
        put("/api/databases/orders", ORDERS.replace("\"name\": \"Prod", "\"nmae\": \"Prod"))
                .statusCode(400)
                .body("code", equalTo("unknown_field"));
    }

    @Test
    void aProxyIsReachedThroughSystemsManagerUnlessItSaysOtherwise() {
        admin().get("/api/proxies/prod").then().body("transport", equalTo("ssm"));
        put("/api/proxies/prod", PROXY.replace("{", "{\"transport\": \"direct\", "))
                .statusCode(200)
                .body("transport", equalTo("direct"));
        put("/api/proxies/prod", PROXY.replace("{", "{\"transport\": \"pigeon\", "))
                .statusCode(400)
                .body("detail", equalTo("'transport' is ssm or direct"));
    }

    @Test
    void oneDatabaseHasOneId() {
        put("/api/databases/orders", ORDERS).statusCode(200);
        put("/api/databases/other", ORDERS).statusCode(409).body("code", equalTo("database_registered"));
    }

    @Test
    void aProxyThatIsNamedStays() {
        put("/api/databases/orders", ORDERS).statusCode(200);
        admin().delete("/api/proxies/prod").then().statusCode(409).body("code", equalTo("proxy_in_use"));
        admin().delete("/api/databases/orders").then().statusCode(204);
        admin().delete("/api/proxies/prod").then().statusCode(204);
        admin().delete("/api/proxies/prod").then().statusCode(404);
    }

    @Test
    void whoChangesADatabaseOrAProxyIsToldWithWhatOfItChanged() {
        String id = "told-" + System.nanoTime();
        String database = ORDERS.replace("\"prod\", \"rds", "\"" + id + "\", \"rds");
        put("/api/proxies/" + id, PROXY).statusCode(200);
        put("/api/databases/" + id, database).statusCode(200);
        put("/api/databases/" + id, database).statusCode(200);
        put("/api/databases/" + id, database.replace("5433", "5434").replace("\"env\": \"prod\"", "\"env\": \"test\""))
                .statusCode(200);
        admin().delete("/api/proxies/" + id).then().statusCode(409);
        admin().delete("/api/databases/" + id).then().statusCode(204);
        admin().delete("/api/databases/" + id).then().statusCode(404);
        put("/api/proxies/" + id, PROXY.replace("us-west-2", "eu-west-1")).statusCode(200);
        admin().delete("/api/proxies/" + id).then().statusCode(204);

        assertThat(Records.changesOf("database/" + id))
                .extracting(ConfigurationChanged::change, ConfigurationChanged::fields)
                .containsExactly(
                        tuple(Change.CREATED, List.of()),
                        tuple(Change.UPDATED, List.of("default_local_port", "tags")),
                        tuple(Change.REMOVED, List.of()));
        assertThat(Records.changesOf("proxy/" + id))
                .extracting(ConfigurationChanged::change, ConfigurationChanged::fields)
                .containsExactly(
                        tuple(Change.CREATED, List.of()),
                        tuple(Change.UPDATED, List.of("region")),
                        tuple(Change.REMOVED, List.of()));
        assertThat(Records.changesOf("database/" + id)).allSatisfy(change -> {
            assertThat(change.name()).isEqualTo(id);
            assertThat(change.revision()).isNull();
            assertThat(change.changedBy().email()).isEqualTo("admin@sallyport.local");
        });
    }

    private static ValidatableResponse put(String path, Object body) {
        return admin().contentType("application/json").body(body).put(path).then();
    }

    private static RequestSpecification admin() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN));
    }
}
