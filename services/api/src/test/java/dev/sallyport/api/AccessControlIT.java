package dev.sallyport.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Walks the OpenAPI document: every operation names its roles and is closed to everybody else. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class AccessControlIT {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");
    /** Agents come with keys, not as people (AgentKeysIT holds it); who is not logged in has to learn how (IdentityIT). */
    private static final Set<String> NOT_FOR_TOKENS = Set.of("/api/agents/self", "/api/.well-known/sallyport");

    private static final Set<String> ROLES = Set.of("admin", "approver", "auditor", "user");

    private record Call(String method, String path, boolean body, Set<String> roles) {}

    @Test
    void refusesEveryOperationWithoutAToken() {
        check(call -> expect(call, null, 401, "unauthenticated"));
    }

    @Test
    void refusesEveryOperationWithATokenThatIsNone() {
        check(call -> expect(call, "Bearer garbage", 401, "unauthenticated"));
    }

    @Test
    void refusesEveryOperationWithATokenThatIsTooOld() {
        check(call -> expect(call, Neighbours.expired(LocalUser.ADMIN), 401, "unauthenticated"));
    }

    @Test
    void refusesEveryOperationWithATokenForAnotherService() {
        check(call -> expect(call, Neighbours.foreign(LocalUser.ADMIN), 401, "unauthenticated"));
    }

    @Test
    void refusesEveryOperationToWhoLacksItsRoles() {
        check(call -> outsider(call).ifPresent(user -> expect(call, Neighbours.bearer(user), 403, "forbidden")));
    }

    @Test
    void namesTheRolesOfEveryOperation() {
        List<Call> calls = calls();

        assertThat(calls)
                .hasSizeGreaterThan(10)
                .allSatisfy(call -> assertThat(call.roles())
                        .as("%s %s has to name its roles", call.method(), call.path())
                        .isNotEmpty()
                        .isSubsetOf(ROLES));
    }

    @Test
    void describesEveryOperation() {
        forEachOperation((path, method, operation) -> {
            String what = method + " " + path;
            assertThat(operation.path("tags")).as(what).isNotEmpty();
            assertThat(operation.path("summary").asText()).as(what).isNotBlank();
            assertThat(operation
                            .at("/responses/401/content/application~1problem+json")
                            .isObject())
                    .as(what)
                    .isTrue();
        });
    }

    @Test
    void theDocumentNamesFieldsAsTheApiWritesThem() {
        document()
                .at("/components/schemas")
                .properties()
                .forEach(schema -> schema.getValue()
                        .path("properties")
                        .fieldNames()
                        .forEachRemaining(
                                field -> assertThat(field).as(schema.getKey()).matches("[a-z0-9_]+")));
    }

    private static void expect(Call call, @Nullable String authorization, int status, String code) {
        RequestSpecification request = given().urlEncodingEnabled(false);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (call.body()) {
            request.contentType("application/json").body("{}");
        }
        Response response = request.request(call.method().toUpperCase(java.util.Locale.ROOT), call.path());
        assertThat(response.statusCode())
                .as("%s %s", call.method(), call.path())
                .isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        assertThat(response.jsonPath().getString("code")).isEqualTo(code);
    }

    /** A user with none of the call's roles; none when everybody has one. */
    private static Optional<LocalUser> outsider(Call call) {
        return call.roles().contains("user")
                ? Optional.empty()
                : Arrays.stream(LocalUser.values())
                        .filter(user -> user.groups().stream().noneMatch(call.roles()::contains))
                        .findFirst();
    }

    private interface Check {
        void on(Call call);
    }

    private static void check(Check check) {
        Assertions.assertAll(calls().stream().<Executable>map(call -> () -> check.on(call)));
    }

    private static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        forEachOperation((path, method, operation) -> {
            if (NOT_FOR_TOKENS.contains(path)) {
                return;
            }
            Set<String> roles = new HashSet<>();
            operation
                    .path("security")
                    .forEach(scheme -> scheme.forEach(scopes -> scopes.forEach(scope -> roles.add(scope.asText()))));
            calls.add(new Call(
                    method,
                    path.replaceAll("\\{[^}]+}", "job_000000000000000000000000000"),
                    operation.has("requestBody"),
                    roles));
        });
        return calls;
    }

    private interface OperationVisitor {
        void visit(String path, String method, JsonNode operation);
    }

    private static void forEachOperation(OperationVisitor visitor) {
        document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        visitor.visit(path.getKey(), operation.getKey(), operation.getValue());
                    }
                }));
    }

    private static JsonNode document() {
        try {
            return new ObjectMapper()
                    .readTree(given().get("/q/openapi?format=json").asString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
