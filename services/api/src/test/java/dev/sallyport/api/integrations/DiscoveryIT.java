package dev.sallyport.api.integrations;

import static dev.sallyport.api.integrations.AwsApi.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.Neighbours;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.DbCluster;
import dev.sallyport.sandbox.aws.Denial;
import dev.sallyport.sandbox.aws.Faults;
import dev.sallyport.sandbox.aws.Role;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.model.Credentials;

/** What a search shows when something goes wrong in one of its accounts: all the others, and an item that says what. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class DiscoveryIT {

    private static final String BOTH = "{\"account_ids\": [\"111111111111\", \"222222222222\"]}";
    private static final String DESCRIBE = "rds:DescribeDBInstances";

    private final AwsApi api = new AwsApi();

    @BeforeEach
    void storeKeys() {
        api.storeKeys();
    }

    @AfterEach
    void healAndLookForTheKey() throws IOException {
        faults().clear();
        Neighbours.aws().cloud().identities().reactivate(Neighbours.MEMBER);
        Neighbours.aws().cloud().organizationInUse(true);
        api.noAnswerAndNoLogHoldsTheKey();
    }

    @Test
    void looksIntoEveryRegionThatIsNamed() {
        JsonPath found = api.search("{\"account_ids\": [\"111111111111\", \"222222222222\"],"
                        + " \"regions\": [\"us-west-2\", \"eu-west-1\"]}")
                .jsonPath();

        assertThat(found.getList("items.name", String.class)).containsExactly("orders", "ledger", "billing", "reports");
        assertThat(found.getList("items.region", String.class))
                .containsExactly("us-west-2", "us-west-2", "eu-west-1", "eu-west-1");
        assertThat(found.getList("items.error_code", String.class))
                .containsExactly(null, "unsupported_engine", null, null);
    }

    @Test
    void showsEachMemberOfAClusterWithTheClusterThatItBelongsTo() {
        String region = "ap-southeast-2";
        RdsArn writer = new RdsArn("aws", region, Neighbours.MEMBER, "shop-1");
        DbCluster shop = new DbCluster(
                writer,
                "shop",
                "aurora-mysql",
                "8.0.mysql_aurora.3.08.0",
                "shop.cluster.example",
                "shop.cluster-ro.example",
                3306,
                "master",
                "shop",
                Map.of(),
                (user, password) -> {});
        Neighbours.aws().cloud().addCluster(shop);
        Neighbours.aws().cloud().addInstance(shop.member("shop-1", true));
        Neighbours.aws().cloud().addInstance(shop.member("shop-2", false));

        JsonPath found = api.search("{\"account_ids\": [\"222222222222\"], \"regions\": [\"" + region + "\"]}")
                .jsonPath();

        assertThat(found.getList("items.name", String.class)).containsExactly("shop-1", "shop-2");
        assertThat(found.getList("items.cluster", String.class)).containsOnly("shop");
        assertThat(found.getList("items.engine", String.class)).containsOnly("aurora-mysql");
        assertThat(found.getList("items.error_code", String.class)).containsOnlyNulls();
    }

    @Test
    void showsAThrottledAccountAsAnItem() {
        faults().throttle(DESCRIBE, Neighbours.MEMBER, 1_000);

        failsAlone("aws_throttled", "Rate exceeded", BOTH);
    }

    @Test
    void outlivesAThrottledCall() {
        faults().throttle(DESCRIBE, Neighbours.MEMBER, 1);

        assertThat(api.search(BOTH).jsonPath().getList("items.name", String.class))
                .containsExactly("orders", "ledger");
    }

    @Test
    void showsADeniedAccountAsAnItem() {
        faults().deny(DESCRIBE, Neighbours.MEMBER, Denial.BY_ORGANIZATION);

        failsAlone("aws_denied", "service control policy", BOTH);
    }

    @Test
    void saysThatTheRoleCannotBeTakenOn() {
        Neighbours.aws().cloud().identities().suspend(Neighbours.MEMBER);
        Neighbours.aws().cloud().identities().expireSessions();

        failsAlone("aws_denied", "sts:AssumeRole", BOTH);
    }

    @Test
    void saysThatARegionMayNotBeEnabled() {
        faults().disableRegion(Neighbours.MEMBER, "us-west-2");

        failsAlone("aws_bad_credentials", "enable the region us-west-2", BOTH);
    }

    @Test
    void takesOnTheRoleAnewWhenTheSessionIsTooOld() {
        api.search(BOTH);
        Neighbours.aws().cloud().identities().expireSessions();

        assertThat(api.search(BOTH).jsonPath().getList("items.name", String.class))
                .containsExactly("orders", "ledger");
    }

    @Test
    void showsWhatDoesNotAnswerInTimeAsAnItem() {
        faults().latency(Neighbours.MEMBER, Duration.ofSeconds(20));

        failsAlone("deadline_exceeded", "not answered within 4 s", BOTH);
    }

    @Test
    void countsPlacesThatFail() {
        faults().deny(DESCRIBE, Neighbours.MEMBER, Denial.EXPLICIT);
        api.search(BOTH);

        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("sallyport_aws_search_failures_total{code=\"aws_denied\"}")
                .contains("sallyport_aws_search_seconds_count");
    }

    @Test
    void answersAPageAtATimeToWhoWantsIt() {
        String body = "{\"account_ids\": [\"111111111111\", \"222222222222\", \"333333333333\"],"
                + " \"regions\": [\"us-west-2\", \"eu-west-1\"]}";
        List<String> whole = positions(api.search(body));
        List<String> paged = new ArrayList<>();
        String cursor = null;
        do {
            Response page = page(body, cursor);
            paged.addAll(positions(page));
            cursor = page.jsonPath().getString("next_cursor");
        } while (cursor != null && paged.size() <= whole.size());

        assertThat(whole).hasSize(6);
        assertThat(paged).isEqualTo(whole);
    }

    @Test
    void refusesACursorOfAnotherSearch() {
        String cursor = page(BOTH, null).jsonPath().getString("next_cursor");

        refused(
                api.post(
                        "/rds/describe-db-instances?limit=1&cursor=" + cursor, "{\"account_ids\": [\"222222222222\"]}"),
                400,
                "invalid_cursor");
    }

    @Test
    void refusesWhatIsNoSearch() {
        refused(api.post("/rds/describe-db-instances", "{\"regions\": [\"nowhere\"]}"), 400, "invalid_region");
        refused(api.post("/rds/describe-db-instances", "{\"regions\": [\"cn-north-1\"]}"), 400, "invalid_region");
        refused(
                api.post("/rds/describe-db-instances", "{\"regions\": [" + many(41, "\"us-west-2\"") + "]}"),
                400,
                "too_many_regions");
        refused(
                api.post("/rds/describe-db-instances", "{\"account_ids\": [" + many(501, "\"222222222222\"") + "]}"),
                400,
                "too_many_accounts");
        String accounts = IntStream.range(0, 500)
                .mapToObj(i -> "\"" + (100_000_000_000L + i) + "\"")
                .collect(Collectors.joining(","));
        String regions =
                IntStream.range(1, 6).mapToObj(i -> "\"us-west-" + i + "\"").collect(Collectors.joining(","));
        refused(
                api.post(
                        "/rds/describe-db-instances",
                        "{\"account_ids\": [" + accounts + "], \"regions\": [" + regions + "]}"),
                400,
                "too_many_places");
    }

    @Test
    void saysThatOurOwnSessionIsTooOld() {
        try (AwsAccess user = new AwsAccess(
                AwsSettings.defaults().at(URI.create(Neighbours.aws().endpoint())),
                new AwsIdentitySource.StaticKeys(
                        Neighbours.ACCESS_KEY_ID, Secret.of(Neighbours.SECRET_ACCESS_KEY), null, "us-west-2"))) {
            assertThat(api.put(session(user)).statusCode()).isEqualTo(204);
        }
        assertThat(api.get("/iam/userinfo").statusCode()).isEqualTo(200);
        Neighbours.aws().cloud().identities().expireSessions();

        refused(api.get("/iam/userinfo"), 502, "aws_expired");
        refused(api.post("/rds/describe-db-instances", BOTH), 502, "aws_expired");
    }

    @Test
    void saysThatThereIsNoOrganisation() {
        Neighbours.aws().cloud().organizationInUse(false);

        refused(api.get("/organizations"), 409, "aws_no_organization");
        assertThat(api.search(BOTH).jsonPath().getList("items.name", String.class))
                .containsExactly("orders", "ledger");
    }

    @Test
    void saysThatTheListOfAccountsIsThrottledOrDenied() {
        faults().throttle("organizations:ListAccounts", Neighbours.MANAGEMENT, 1_000);
        refused(api.get("/organizations"), 503, "aws_throttled");
        faults().clear();

        faults().deny("organizations:ListAccounts", Neighbours.MANAGEMENT, Denial.IMPLICIT);
        refused(api.get("/organizations"), 502, "aws_denied");
    }

    private void failsAlone(String code, String text, String body) {
        JsonPath found = api.search(body).jsonPath();

        assertThat(found.getList("items.account_id", String.class))
                .containsExactly(Neighbours.MANAGEMENT, Neighbours.MEMBER);
        assertThat(found.getString("items[0].name")).isEqualTo("orders");
        assertThat(found.getString("items[0].error")).isNull();
        assertThat(found.getString("items[1].arn")).isNull();
        assertThat(found.getString("items[1].error_code")).isEqualTo(code);
        assertThat(found.getString("items[1].error")).contains(text);
    }

    /** A session of a role in our own account, as an administrator may store one. */
    private static Map<String, String> session(AwsAccess user) {
        Neighbours.aws()
                .cloud()
                .identities()
                .addRole(Role.trusting(Neighbours.MANAGEMENT, Neighbours.MANAGEMENT, "Operator"));
        Credentials session = user.home()
                .sts()
                .assumeRole(request -> request.roleArn("arn:aws:iam::111111111111:role/Operator")
                        .roleSessionName("operator"))
                .credentials();
        return Map.of(
                "access_key_id", session.accessKeyId(),
                "secret_access_key", session.secretAccessKey(),
                "session_token", session.sessionToken(),
                "region", "us-west-2");
    }

    private Response page(String body, @Nullable String cursor) {
        Response page =
                api.post("/rds/describe-db-instances?limit=1" + (cursor == null ? "" : "&cursor=" + cursor), body);
        assertThat(page.statusCode()).as(page.asString()).isEqualTo(200);
        assertThat(page.jsonPath().getList("items")).hasSize(1);
        return page;
    }

    private static List<String> positions(Response answer) {
        return answer.jsonPath().getList("items.collect { it.account_id + it.region + it.name }", String.class);
    }

    private static String many(int times, String what) {
        return String.join(",", java.util.Collections.nCopies(times, what));
    }

    private static Faults faults() {
        return Neighbours.aws().cloud().faults();
    }
}
