package dev.sallyport.api.rules;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.configuration.ConfigurationChanged;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Change;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Kind;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules are stored as they are given, once, with all their revisions. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class RulesIT {

    @AfterEach
    void forgetAllRules() {
        Neighbours.controlPlane()
                .server()
                .execute(
                        "sallyport",
                        "DELETE FROM api.access_rule",
                        "DELETE FROM api.access_rule_version",
                        "UPDATE api.access_rule_state SET revision = revision + 1");
    }

    @Test
    void theSameAgainChangesNothing() {
        put("workflows/rds", "{\"priority\": 1}")
                .statusCode(200)
                .header("ETag", "\"1\"")
                .body("revision", equalTo(1));
        put("workflows/rds", "{\"priority\": 1}").header("ETag", "\"1\"");
        put("workflows/rds", "{\"priority\": 2}").header("ETag", "\"2\"").body("priority", equalTo(2));

        as(LocalUser.AUDITOR)
                .get("/api/access/workflows/rds/versions")
                .then()
                .statusCode(200)
                .body("items.revision", contains(2, 1))
                .body("items[1].body.priority", equalTo(1));
    }

    @Test
    void anAnswerHasWhatWasGivenAndTheDefaults() {
        put(
                        "workflows/full",
                        "{\"priority\": 5, \"access_duration_seconds\": 7200, \"default_duration_seconds\": 600,"
                                + " \"request_expiry_seconds\": 3600, \"activation_expiry_seconds\": 1800, \"activation\": \"manual\","
                                + " \"approval_steps\": [{\"name\": \"dba\", \"when\": \"principal in Group::\\\"dba\\\"\"}],"
                                + " \"extension\": {\"maximum_count\": 3, \"duration_seconds\": 900},"
                                + " \"validation\": {\"reason_required\": true, \"reason_regex\": \".{5,}\", \"reason_message\": \"say more\"}}")
                .statusCode(200);

        as(LocalUser.AUDITOR)
                .get("/api/access/workflows/full")
                .then()
                .body("name", equalTo("full"))
                .body("activation", equalTo("manual"))
                .body("approval_required", equalTo(true))
                .body("approval_steps[0].name", equalTo("dba"))
                .body("extension.maximum_count", equalTo(3))
                .body("validation.reason_regex", equalTo(".{5,}"))
                .body("validation.ticket_required", equalTo(false))
                .body("built_in", equalTo(false))
                .body("updated_at", notNullValue());
    }

    @Test
    void aChangeThatWasMeantForAnotherRevisionIsRefused() {
        put("selectors/prod", "{\"when\": \"resource.engine == \\\"postgres\\\"\"}");

        as(LocalUser.ADMIN)
                .header("If-Match", "\"7\"")
                .body("{\"when\": \"true\"}")
                .put("/api/access/selectors/prod")
                .then()
                .statusCode(412)
                .body("code", equalTo("revision_mismatch"));
        as(LocalUser.ADMIN)
                .header("If-None-Match", "*")
                .body("{\"when\": \"true\"}")
                .put("/api/access/selectors/prod")
                .then()
                .statusCode(412);
        as(LocalUser.ADMIN)
                .header("If-Match", "\"1\"")
                .body("{\"when\": \"true\"}")
                .put("/api/access/selectors/prod")
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"");
    }

    @Test
    void whatIsWrongIsNamed() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "{\"access_duration_seconds\": 59}", "access_duration_seconds",
                        "{\"default_duration_seconds\": 7200}", "default_duration_seconds",
                        "{\"activation\": \"maybe\"}", "activation",
                        "{\"extension\": {\"maximum_count\": 0}}", "extension.maximum_count",
                        "{\"validation\": {\"reason_regex\": \"(\"}}", "validation.reason_regex",
                        "{\"approval_steps\": [{\"name\": \"a b\", \"when\": \"true\"}]}", "approval_steps",
                        "{\"approval_required\": false, \"approval_steps\": [{\"name\": \"a\", \"when\": \"true\"}]}",
                                "approval_required")
                .entrySet()) {
            put("workflows/wrong", wrong.getKey())
                    .statusCode(400)
                    .body("code", equalTo("invalid_field"))
                    .body("detail", containsString(wrong.getValue()));
        }
        put("workflows/wrong", "{\"nonsense\": 1}").statusCode(400).body("code", equalTo("unknown_field"));
        put("workflows/wr%20ng", "{}").statusCode(400).body("code", equalTo("invalid_name"));
        put("availabilities/a", "{\"workflow\": \"nobody\", \"target\": \"arn:aws:rds:us-west-2:111111111111:db:a/b\"}")
                .statusCode(400)
                .body("code", equalTo("unknown_workflow"));
        put("availabilities/a", "{\"workflow\": \"default\", \"selector\": \"nobody\"}")
                .statusCode(400)
                .body("code", equalTo("unknown_selector"));
        put("availabilities/a", "{\"workflow\": \"default\"}").statusCode(400).body("code", equalTo("invalid_field"));
        put("availabilities/a", "{\"workflow\": \"default\", \"target\": \"orders\"}")
                .statusCode(400)
                .body("code", equalTo("invalid_target"));
    }

    @Test
    void aPolicyThatIsWrongNamesEveryLine() {
        put(
                        "policies/mine",
                        "{\"text\": \"permit (principal, action, resource)\\nwhen { resource.engin == \\\"x\\\" };\"}")
                .statusCode(400)
                .body("code", equalTo("invalid_cedar"))
                .body("detail", containsString("line 2"))
                .body("flaws[0].line", equalTo(2))
                .body("flaws[0].help", containsString("did you mean `engine`?"));
        as(LocalUser.ADMIN).get("/api/access/policies/mine").then().statusCode(404);
    }

    @Test
    void theBuiltInRulesAreShownAndComeBack() {
        as(LocalUser.AUDITOR)
                .get("/api/access/policies/default")
                .then()
                .statusCode(200)
                .body("built_in", equalTo(true))
                .body("revision", equalTo(0))
                .body("text", containsString("four-eyes"));
        as(LocalUser.AUDITOR)
                .get("/api/access/workflows/default")
                .then()
                .body("access_duration_seconds", equalTo(43_200))
                .body("updated_at", nullValue());

        put("policies/default", "{\"text\": \"\"}").body("built_in", equalTo(false));
        as(LocalUser.ENGINEER).get("/api/access/entitlements?limit=200").then().body("items.size()", equalTo(0));
        as(LocalUser.ADMIN).delete("/api/access/policies/default").then().statusCode(204);

        as(LocalUser.AUDITOR).get("/api/access/policies/default").then().body("built_in", equalTo(true));
    }

    @Test
    void onesTriesAPolicyOnSomebodyBeforeTheyDo() {
        as(LocalUser.ENGINEER).get("/api/access/entitlements").then().statusCode(200);
        String target = "arn:aws:rds:us-west-2:111111111111:db:preview/shop";
        Neighbours.controlPlane()
                .server()
                .execute(
                        "sallyport",
                        "INSERT INTO api.job (id, org_id, agent_id, instance_arn, connection_prefix, requested_by, created_at, phase,"
                                + " revision, view, request_digest) VALUES ('job_00000000000000000000preview', 'o', 'agt_0', '"
                                + target.substring(0, target.indexOf('/'))
                                + "', 'preview', 'x', now(), 'completed', 1, '{}', '') ON CONFLICT DO NOTHING",
                        "INSERT INTO api.connection (id, name, org_id, prefix, agent_id, job_id, db_arn, engine, role, database_user,"
                                + " host, port, default_database, databases, secret_provider, secret_id, secret_keys, created_at,"
                                + " updated_at) VALUES ('con_00000000000000000000preview', 'preview-ro', 'o', 'preview',"
                                + " 'agt_000000000000000000000000000', 'job_00000000000000000000preview', '"
                                + target.substring(0, target.indexOf('/'))
                                + "', 'postgres', 'hoop_ro', 'hoop_ro',"
                                + " 'db.internal', 5432, 'shop', '{shop}', 'database', 'dbroles/x', '{PASSWORD}', now(), now())"
                                + " ON CONFLICT DO NOTHING");
        String about = "{\"target\": \"" + target + "\", \"role\": \"hoop_ro\"";

        preview(about + "}")
                .body("action", equalTo("Request"))
                .body("workflow", equalTo("default"))
                .body("items.name", hasItem("engineer"))
                .body("items.find { it.name == 'engineer' }.decision", equalTo("allow"));
        preview(about + ", \"action\": \"Approve\", \"principal\": {\"subject\": \"zoe\", \"groups\": [\"approver\"]},"
                        + " \"owner\": {\"subject\": \"zoe\"}}")
                .body("items[0].decision", equalTo("deny"))
                .body("items[0].policies", contains("default/four-eyes"));
        preview(about + ", \"action\": \"Approve\", \"principal\": {\"subject\": \"zoe\", \"groups\": [\"approver\"]},"
                        + " \"owner\": {\"subject\": \"bob\"}}")
                .body("items[0].decision", equalTo("allow"));
        as(LocalUser.ADMIN)
                .body("{\"target\": \"" + target + "\", \"role\": \"nobody\"}")
                .post("/api/access/policies/preview")
                .then()
                .statusCode(404);
    }

    @Test
    void whoChangesARuleIsToldWithItsRevision() {
        String name = "told-" + System.nanoTime();
        put("workflows/" + name, "{\"priority\": 1}").statusCode(200);
        put("workflows/" + name, "{\"priority\": 1}").statusCode(200);
        put("workflows/" + name, "{\"priority\": 2}").statusCode(200);
        as(LocalUser.ADMIN)
                .header("If-Match", "\"1\"")
                .delete("/api/access/workflows/" + name)
                .then()
                .statusCode(412);
        as(LocalUser.ADMIN).delete("/api/access/workflows/" + name).then().statusCode(204);
        put("policies/" + name, "{\"text\": \"permit (principal, action, resource);\"}")
                .statusCode(200);

        assertThat(Records.changesOf("workflow/" + name))
                .extracting(ConfigurationChanged::change, ConfigurationChanged::fields, ConfigurationChanged::revision)
                .containsExactly(
                        tuple(Change.CREATED, List.of(), 1),
                        tuple(Change.UPDATED, List.of("priority"), 2),
                        tuple(Change.REMOVED, List.of(), 3));
        assertThat(Records.changesOf("policy/" + name)).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(Kind.POLICY);
            assertThat(change.changedBy().email()).isEqualTo("admin@sallyport.local");
        });
    }

    private static ValidatableResponse preview(String body) {
        return as(LocalUser.AUDITOR)
                .body(body)
                .post("/api/access/policies/preview")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse put(String path, String body) {
        return as(LocalUser.ADMIN)
                .urlEncodingEnabled(false)
                .body(body)
                .put("/api/access/" + path)
                .then();
    }

    private static RequestSpecification as(LocalUser user) {
        return given().header("Authorization", Neighbours.bearer(user)).contentType("application/json");
    }
}
