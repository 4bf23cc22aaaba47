package dev.sallyport.api.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.identity.Person;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoliciesTest {

    private static final Grantee ALICE = new Grantee("al\"ice\\", "alice", "alice@example.com");
    private static final Grantee BOB = new Grantee("bob", "bob", "bob@example.com");
    private static final Instant NOW = Instant.parse("2026-11-21T10:15:30.123456Z");
    private static final Resource ORDERS = new Resource(
            RdsDatabaseId.parse("arn:aws:rds:us-west-2:111122223333:db:orders/shop"),
            "hoop_ro",
            "postgres",
            "Orders",
            Map.of("env", "prod"));

    private final PolicyBook builtIn = new PolicyBook(List.of(PolicyDocument.builtIn()));

    @Test
    void theBuiltInPoliciesAreValid() {
        assertThat(PolicyDocument.builtIn().flaws()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(PolicyAction.class)
    void theBuiltInPoliciesAllowWhatTheyDid(PolicyAction action) {
        Set<String> mine = allowed(action, ALICE, ALICE);
        Set<String> others = allowed(action, BOB, ALICE);

        switch (action) {
            case REQUEST -> {
                assertThat(mine).containsExactlyInAnyOrder("user", "approver", "admin", "auditor");
                assertThat(others).containsExactlyInAnyOrder("user", "approver", "admin", "auditor");
            }
            case APPROVE -> {
                assertThat(mine).isEmpty();
                assertThat(others).containsExactly("approver");
            }
            case ACTIVATE, EXTEND -> {
                assertThat(mine).containsExactlyInAnyOrder("user", "approver", "admin", "auditor");
                assertThat(others).isEmpty();
            }
            case BREAKGLASS_ACTIVATE -> {
                assertThat(mine).isEmpty();
                assertThat(others).isEmpty();
            }
            case CLOSE -> {
                assertThat(mine).containsExactlyInAnyOrder("user", "approver", "admin", "auditor");
                assertThat(others).containsExactlyInAnyOrder("approver", "admin");
            }
            case FORCE_CLOSE -> {
                assertThat(mine).containsExactly("admin");
                assertThat(others).containsExactly("admin");
            }
            case GET_SESSION_LOG -> {
                assertThat(mine).containsExactlyInAnyOrder("user", "approver", "admin", "auditor");
                assertThat(others).containsExactlyInAnyOrder("auditor", "admin");
            }
        }
    }

    private Set<String> allowed(PolicyAction action, Grantee who, Grantee owner) {
        return Stream.of("user", "approver", "admin", "auditor")
                .filter(role -> builtIn.ask(question(
                                action, new Person(who, new java.util.HashSet<>(List.of("user", role))), owner))
                        .allowed())
                .collect(java.util.stream.Collectors.toSet());
    }

    @Test
    void aDenialSaysWhichPolicyDeniesAndWhatItAdvises() {
        Verdict verdict = builtIn.ask(question(PolicyAction.APPROVE, new Person(BOB, Set.of("approver")), BOB));

        assertThat(verdict)
                .isEqualTo(new Verdict(
                        false,
                        "denied_by_policy",
                        "nobody decides on their own request: ask somebody else",
                        List.of("default/four-eyes")));
    }

    @Test
    void whatNoPolicyPermitsIsDenied() {
        Verdict verdict =
                new PolicyBook(List.of()).ask(question(PolicyAction.REQUEST, new Person(BOB, Set.of("admin")), BOB));

        assertThat(verdict.allowed()).isFalse();
        assertThat(verdict.why())
                .isEqualTo(
                        "no policy permits you Request on hoop_ro@arn:aws:rds:us-west-2:111122223333:db:orders/shop");
    }

    @Test
    void aForbiddingPolicyWithoutAdviceIsNamed() {
        PolicyBook book = book("permit(principal, action, resource);\n"
                + "forbid(principal, action, resource) when { resource.getTag(\"env\") == \"prod\" };");

        assertThat(book.ask(question(PolicyAction.REQUEST, new Person(BOB, Set.of()), BOB)))
                .isEqualTo(new Verdict(false, "denied_by_policy", "the policy mine/2 forbids it", List.of("mine/2")));
    }

    @Test
    void aPolicyThatFailsForbids() {
        // Overflows: no validator sees it, and Cedar alone would pass the policy over.
        PolicyBook book = book("permit(principal, action, resource);\n"
                + "forbid(principal, action, resource) when { 9223372036854775807 + 1 > 0 };");

        Verdict verdict = book.ask(question(PolicyAction.REQUEST, new Person(BOB, Set.of()), BOB));

        assertThat(verdict.allowed()).isFalse();
        assertThat(verdict.code()).isEqualTo("policy_failed");
        assertThat(verdict.why()).contains("mine/2");
    }

    @Test
    void policiesKnowAccountsInstancesTagsAndTheTime() {
        PolicyBook book = book("""
                permit(principal, action == Action::"Request", resource in Account::"111122223333")
                when { resource in Instance::"arn:aws:rds:us-west-2:111122223333:db:orders" &&
                       resource in Database::"arn:aws:rds:us-west-2:111122223333:db:orders/shop" &&
                       resource.hasTag("env") && resource.getTag("env") == "prod" &&
                       resource.region == "us-west-2" && resource.role like "*_ro" &&
                       context.now.toTime() >= duration("9h") && context.now.toTime() < duration("17h") };
                """);

        assertThat(book.ask(question(PolicyAction.REQUEST, new Person(BOB, Set.of()), BOB))
                        .allowed())
                .isTrue();
    }

    @Test
    void aFlawNamesItsLineAndWhatToDo() {
        String text = """
                // fine; "so far"
                permit (principal, action, resource)
                when { resource.name == "a;b" };

                permit (principal, action, resource)
                when {
                    resource.engin == "postgres"
                };
                """;

        assertThat(new PolicyDocument("mine", text).flaws())
                .containsExactly(new Flaw(
                        7, "attribute `engin` on entity type `Entitlement` not found", "did you mean `engine`?"));
    }

    @Test
    void aMistakeInTheSyntaxNamesItsLineToo() {
        String text =
                "permit (principal, action, resource);\npermit (principal, action, resource)\nwhen { resource.engine == };";

        assertThat(new PolicyDocument("mine", text).flaws())
                .singleElement()
                .satisfies(flaw -> assertThat(flaw.line()).isEqualTo(3))
                .satisfies(flaw -> assertThat(flaw.message()).contains("unexpected token `}`"));
    }

    @Test
    void whatIsNoPolicyIsRefused() {
        for (String text : List.of(
                "permit (principal, action, resource)",
                "permit (principal == ?principal, action, resource);",
                "permit (principal, action == Action::\"Fly\", resource);",
                "nonsense",
                "@id(\"a\") permit (principal, action, resource); @id(\"a\") forbid (principal, action, resource);")) {
            assertThat(new PolicyDocument("mine", text).flaws()).as(text).isNotEmpty();
        }
    }

    @Test
    void aDocumentMayBeEmptyAndIsBounded() {
        String one = "permit(principal,action,resource);";
        assertThat(new PolicyDocument("mine", " // nothing\n").flaws()).isEmpty();
        assertThat(new PolicyDocument("mine", one.repeat(PolicyDocument.MAX_POLICIES)).flaws())
                .isEmpty();
        assertThat(new PolicyDocument("mine", one.repeat(PolicyDocument.MAX_POLICIES + 1)).flaws())
                .hasSize(1);
        assertThat(new PolicyDocument("mine", " ".repeat(PolicyDocument.MAX_LENGTH)).flaws())
                .isEmpty();
        assertThat(new PolicyDocument("mine", " ".repeat(PolicyDocument.MAX_LENGTH + 1)).flaws())
                .hasSize(1);
    }

    @Test
    void aSelectorLooksAtTheResourceAlone() {
        assertThat(Expressions.flaws(Expressions.Scope.RESOURCE, "resource.engine == \"mysql\""))
                .isEmpty();
        for (String wrong : List.of(
                "principal.name == \"bob\"",
                "context.workflow == \"x\"",
                "resource.engine",
                "true }; permit (principal, action, resource) when { true",
                "")) {
            assertThat(Expressions.flaws(Expressions.Scope.RESOURCE, wrong))
                    .as(wrong)
                    .isNotEmpty();
        }
    }

    @Test
    void everyConditionThatIsTrueIsFoundInOneGo() {
        Expressions selectors = new Expressions(
                Expressions.Scope.RESOURCE,
                Map.of(
                        "postgres", "resource.engine == \"postgres\"",
                        "prod", "resource.hasTag(\"env\") && resource.getTag(\"env\") == \"prod\" // all of it",
                        "mysql", "resource.engine == \"mysql\""));

        assertThat(selectors.trueOf(ORDERS)).containsExactlyInAnyOrder("postgres", "prod");
        assertThat(new Expressions(Expressions.Scope.RESOURCE, Map.of()).trueOf(ORDERS))
                .isEmpty();
    }

    @Test
    void aStepLooksAtWhoReviews() {
        Expressions steps = new Expressions(
                Expressions.Scope.REVIEW,
                Map.of(
                        "dba", "principal in Group::\"dba\"",
                        "bob", "principal.email == \"bob@example.com\" && principal != context.owner"));
        Person bob = new Person(BOB, Set.of("dba"));

        assertThat(steps.trueOf(question(PolicyAction.APPROVE, bob, ALICE))).containsExactlyInAnyOrder("dba", "bob");
        assertThat(steps.trueOf(question(PolicyAction.APPROVE, bob, BOB))).containsExactly("dba");
    }

    @Test
    void actionsAreThoseOfTheSchema() {
        String schema = Cedar.resource("sallyport.cedarschema");
        assertThat(Arrays.stream(PolicyAction.values()).map(PolicyAction::label))
                .allSatisfy(label -> assertThat(schema).contains(label));
    }

    private static PolicyBook book(String text) {
        PolicyDocument document = new PolicyDocument("mine", text);
        return new PolicyBook(List.of(document));
    }

    private static Question question(PolicyAction action, Person person, Grantee owner) {
        return Question.of(action, person, ORDERS, owner, NOW);
    }
}
