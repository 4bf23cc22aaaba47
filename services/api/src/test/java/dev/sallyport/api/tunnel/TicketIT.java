package dev.sallyport.api.tunnel;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.access.BrokerStandIn;
import dev.sallyport.kernel.TunnelId;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tickets for tunnels, from the grant to a token that a db-proxy can verify. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class TicketIT {

    private static final String ARN = "arn:aws:rds:us-west-2:111111111111:db:tunnelled";
    private static final String TARGET = ARN + "/shop";
    private static final String KSUID = "%027d".formatted(7700);
    private static @Nullable BrokerStandIn broker;

    @BeforeAll
    static void neighbours() {
        broker = new BrokerStandIn(Neighbours.kafka().bootstrapServers());
        Neighbours.controlPlane()
                .server()
                .execute(
                        "sallyport",
                        "INSERT INTO api.job (id, org_id, agent_id, instance_arn, connection_prefix, requested_by, created_at, phase,"
                                + " revision, view, request_digest) VALUES ('job_" + KSUID + "', 'o', 'agt_" + KSUID
                                + "', '" + ARN + "', 'tunnelled', 'x', now(), 'completed', 1, '{}', '')",
                        "INSERT INTO api.connection (id, name, org_id, prefix, agent_id, job_id, db_arn, engine, role, database_user,"
                                + " host, port, default_database, databases, secret_provider, secret_id, secret_keys, created_at,"
                                + " updated_at) VALUES ('con_" + KSUID
                                + "', 'tunnelled-ro', 'o', 'tunnelled', 'agt_" + KSUID + "', 'job_" + KSUID + "', '"
                                + ARN
                                + "', 'postgres', 'hoop_ro', 'hoop_ro', 'db.internal', 5432, 'shop', '{shop}', 'database',"
                                + " 'dbroles/x', '{PASSWORD}', now(), now())");
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void leadsFromAnActiveGrantToATokenForTheYoungestProxyThatIsOnline() throws Exception {
        String grant = activeGrant();
        noProxies();
        ask(LocalUser.ENGINEER, grant, "{}").then().statusCode(503).body("code", equalTo("no_proxy_online"));

        proxy(1, "old.test", "now() - interval '1 hour'");
        proxy(2, "new.test", "now() - interval '1 minute'");
        Response first = ask(LocalUser.ENGINEER, grant, "{\"tunnel_id\": null}");
        first.then()
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .body("grant_id", equalTo(grant))
                .body("transport", equalTo("direct"))
                .body("proxy_id", equalTo("default"))
                .body("address.host", equalTo("new.test"))
                .body("address.port", equalTo(8080))
                .body("ssm", nullValue())
                .body("engine", equalTo("postgres"))
                .body("database", equalTo("shop"))
                .body("database_user", equalTo("hoop_ro"));
        String tunnel = first.path("tunnel_id");
        JwtClaims claims = claims(first.path("token"));
        assertThat(claims.getClaimValue("grant")).isEqualTo(grant);
        assertThat(claims.getClaimValue("tunnel")).isEqualTo(tunnel);
        assertThat(claims.getSubject()).isEqualTo(subject(grant));
        assertThat(Instant.ofEpochSecond(claims.getExpirationTime().getValue()))
                .isEqualTo(Instant.parse(first.<String>path("token_expires_at")))
                .isBetween(Instant.now().plusSeconds(240), Instant.now().plusSeconds(301));

        Response again = ask(LocalUser.ENGINEER, grant, "{\"tunnel_id\": \"" + tunnel + "\"}");
        assertThat(again.<String>path("tunnel_id")).isEqualTo(tunnel);
        assertThat(claims(again.path("token")).getJwtId()).isNotEqualTo(claims.getJwtId());
        assertThat(Files.readString(Neighbours.LOG)).doesNotContain(again.<String>path("token"));

        as(LocalUser.ENGINEER).post("/api/access/grants/" + grant + "/close");
        ask(LocalUser.ENGINEER, grant, "{}").then().statusCode(409).body("code", equalTo("grant_not_active"));
    }

    @Test
    void givesNothingToOthersAndNamesWhatIsWrong() throws IOException {
        String grant = activeGrant();
        ask(LocalUser.APPROVER, grant, "{}").then().statusCode(404).body("code", equalTo("not_found"));
        ask(LocalUser.ADMIN, grant, "{}").then().statusCode(404);
        ask(LocalUser.ENGINEER, "gra_" + "0".repeat(27), "{}").then().statusCode(404);
        ask(LocalUser.ENGINEER, grant, "{\"tunnel_id\": \"" + TunnelId.next(InstantSource.system()) + "x\"}")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_field"));
        as(LocalUser.ENGINEER).post("/api/access/grants/" + grant + "/close");
    }

    private static JwtClaims claims(String token) throws Exception {
        return new JwtConsumerBuilder()
                .setVerificationKey(Neighbours.tunnelKey())
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
                .setExpectedIssuer("sallyport")
                .setExpectedAudience("default")
                .setRequireExpirationTime()
                .setRequireJwtId()
                .build()
                .processToClaims(token);
    }

    private static String subject(String grant) {
        return as(LocalUser.ENGINEER).get("/api/access/grants/" + grant).path("grantee.subject");
    }

    private static void noProxies() {
        Neighbours.controlPlane()
                .server()
                .execute("sallyport", "UPDATE api.agent SET last_seen_at = now() - interval '1 day'");
    }

    private static void proxy(int number, String host, String startedAt) {
        Neighbours.controlPlane()
                .server()
                .execute(
                        "sallyport",
                        "INSERT INTO api.agent (id, kind, name, version, network, listeners, started_at, last_seen_at) VALUES ('agt_"
                                + "%027d".formatted(7700 + number) + "', 'db-proxy', 'p', '1', 'n',"
                                + " '[{\"protocol\":\"tunnel\",\"host\":\"" + host + "\",\"port\":8080}]', " + startedAt
                                + ", now())");
    }

    /** A grant that a test left behind would be found again. */
    @AfterEach
    void closeAll() {
        as(LocalUser.ENGINEER)
                .get("/api/access/grants?limit=200")
                .jsonPath()
                .<String>getList("items.findAll { it.target == '" + TARGET + "' && it.status != 'closed' }.id")
                .forEach(grant -> as(LocalUser.ENGINEER).post("/api/access/grants/" + grant + "/close"));
    }

    private static String activeGrant() {
        String outcome = as(LocalUser.ENGINEER)
                .body("{\"entitlements\": [{\"target\": \"" + TARGET
                        + "\", \"role\": \"hoop_ro\"}], \"reason\": \"a bug\"}")
                .post("/api/access/ensure")
                .then()
                .statusCode(200)
                .extract()
                .path("items[0].request_id");
        String grant = as(LocalUser.APPROVER)
                .post("/api/access/requests/" + outcome + "/approve")
                .then()
                .statusCode(200)
                .extract()
                .path("grant_id");
        // A consumer that was killed is missed after 45 s.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> as(LocalUser.ENGINEER)
                        .get("/api/access/grants/" + grant)
                        .path("status")
                        .equals("active"));
        return grant;
    }

    private static Response ask(LocalUser user, String grant, String body) {
        return as(user).body(body).post("/api/access/grants/" + grant + "/tunnel");
    }

    private static RequestSpecification as(LocalUser user) {
        return given().header("Authorization", Neighbours.bearer(user)).contentType("application/json");
    }
}
