package dev.sallyport.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.access.AccessPolicy.Answer;
import dev.sallyport.api.access.AccessPolicy.Person;
import dev.sallyport.api.access.RequestStatus.Decision;
import dev.sallyport.api.access.RequestStatus.Verdict;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import dev.sallyport.contracts.grants.Grantee;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusTest {

    private static final Grantee ALICE = new Grantee("alice", "alice", "");
    private static final Grantee BOB = new Grantee("bob", "bob", "");
    private final DefaultPolicy policy = new DefaultPolicy();

    @ParameterizedTest
    @CsvSource({"APPROVE,APPROVED", "DENY,DENIED"})
    void anOpenRequestBecomesWhatIsDecided(Verdict verdict, RequestStatus next) {
        assertThat(RequestStatus.REQUESTED.decide(verdict)).isEqualTo(new Decision.Become(next));
    }

    @ParameterizedTest
    @CsvSource({"APPROVED,APPROVE", "APPROVED,DENY", "DENIED,APPROVE", "DENIED,DENY"})
    void aDecidedRequestStaysDecided(RequestStatus status, Verdict verdict) {
        assertThat(status.decide(verdict)).isInstanceOf(Decision.Refuse.class);
    }

    @ParameterizedTest
    @CsvSource({
        "APPROVED,CLOSING",
        "ACTIVATING,CLOSING",
        "ACTIVE,CLOSING",
        "FAILED,CLOSING",
        "CLOSING,CLOSING",
        "CLOSED,CLOSED"
    })
    void closingEndsWhatHasNotEnded(GrantStatus status, GrantStatus next) {
        assertThat(status.closing()).isEqualTo(next);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aGrantThatIsNotEndingFollowsTheBroker(Phase phase) {
        for (GrantStatus status :
                Set.of(GrantStatus.APPROVED, GrantStatus.ACTIVATING, GrantStatus.ACTIVE, GrantStatus.FAILED)) {
            assertThat(status.told(phase).name()).isEqualTo(phase.name());
        }
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aGrantThatIsEndingIsNeverOpenedAgain(Phase phase) {
        assertThat(GrantStatus.CLOSED.told(phase)).isEqualTo(GrantStatus.CLOSED);
        assertThat(GrantStatus.CLOSING.told(phase))
                .isEqualTo(phase == Phase.CLOSED ? GrantStatus.CLOSED : GrantStatus.CLOSING);
    }

    @Test
    void nobodyDecidesOnTheirOwnRequestAndOnlyApproversOnOthers() {
        assertThat(policy.decide(new Person(ALICE, Set.of("approver", "admin")), ALICE))
                .isEqualTo(new Answer.Denied("own_request", "nobody decides on their own request: ask somebody else"));
        assertThat(policy.decide(new Person(BOB, Set.of("approver")), ALICE)).isEqualTo(new Answer.Allowed());
        assertThat(policy.decide(new Person(BOB, Set.of("admin", "auditor", "user")), ALICE))
                .isInstanceOf(Answer.Denied.class);
    }

    @Test
    void ownerApproverAndAdminCloseAGrant() {
        assertThat(policy.close(new Person(ALICE, Set.of("user")), ALICE)).isEqualTo(new Answer.Allowed());
        assertThat(policy.close(new Person(BOB, Set.of("approver")), ALICE)).isEqualTo(new Answer.Allowed());
        assertThat(policy.close(new Person(BOB, Set.of("admin")), ALICE)).isEqualTo(new Answer.Allowed());
        assertThat(policy.close(new Person(BOB, Set.of("user", "auditor")), ALICE))
                .isInstanceOf(Answer.Denied.class);
    }
}
