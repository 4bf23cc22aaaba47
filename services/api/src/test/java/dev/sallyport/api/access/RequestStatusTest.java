package dev.sallyport.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.access.RequestStatus.Command;
import dev.sallyport.api.access.RequestStatus.Decision;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestStatusTest {

    private static final Instant END = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant BEFORE = END.minusNanos(1_000);

    @ParameterizedTest
    @CsvSource({
        "REQUESTED, APPROVE,    APPROVED",
        "REQUESTED, REVIEW,     stay",
        "REQUESTED, DENY,       DENIED",
        "REQUESTED, CANCEL,     CANCELLED",
        "REQUESTED, EXPIRE,     stay",
        "REQUESTED, UNATTENDED, APPROVED",
        "APPROVED,  APPROVE,    already_decided",
        "APPROVED,  REVIEW,     already_decided",
        "APPROVED,  DENY,       already_decided",
        "APPROVED,  CANCEL,     already_decided",
        "APPROVED,  EXPIRE,     stay",
        "APPROVED,  UNATTENDED, already_decided",
        "DENIED,    APPROVE,    already_decided",
        "DENIED,    REVIEW,     already_decided",
        "DENIED,    DENY,       already_decided",
        "DENIED,    CANCEL,     already_decided",
        "DENIED,    EXPIRE,     stay",
        "DENIED,    UNATTENDED, already_decided",
        "CANCELLED, APPROVE,    already_decided",
        "CANCELLED, REVIEW,     already_decided",
        "CANCELLED, DENY,       already_decided",
        "CANCELLED, CANCEL,     stay",
        "CANCELLED, EXPIRE,     stay",
        "CANCELLED, UNATTENDED, already_decided",
        "EXPIRED,   APPROVE,    already_decided",
        "EXPIRED,   REVIEW,     already_decided",
        "EXPIRED,   DENY,       already_decided",
        "EXPIRED,   CANCEL,     already_decided",
        "EXPIRED,   EXPIRE,     stay",
        "EXPIRED,   UNATTENDED, already_decided",
    })
    void everyCommandInEveryState(RequestStatus status, Command command, String follows) {
        assertThat(told(status.decide(command, END, BEFORE))).isEqualTo(follows);
        assertThat(told(status.decide(command, null, END))).isEqualTo(follows);
    }

    @ParameterizedTest
    @CsvSource({
        "APPROVE,    request_expired",
        "REVIEW,     request_expired",
        "DENY,       request_expired",
        "CANCEL,     CANCELLED",
        "EXPIRE,     EXPIRED",
        "UNATTENDED, APPROVED",
    })
    void atItsEndNobodyDecidesAnyMore(Command command, String follows) {
        assertThat(told(RequestStatus.REQUESTED.decide(command, END, END))).isEqualTo(follows);
    }

    @ParameterizedTest
    @EnumSource(Command.class)
    void aClockThatJumpsBackOpensNothingAgain(Command command) {
        Decision late = RequestStatus.REQUESTED.decide(Command.EXPIRE, END, END.plusSeconds(86_400));

        assertThat(late).isEqualTo(new Decision.Become(RequestStatus.EXPIRED));
        assertThat(RequestStatus.EXPIRED.decide(command, END, END.minusSeconds(86_400)))
                .isNotInstanceOf(Decision.Become.class);
    }

    @Test
    void everyCellIsTested() {
        assertThat(RequestStatus.values().length * Command.values().length).isEqualTo(30);
    }

    private static String told(Decision decision) {
        return switch (decision) {
            case Decision.Become become -> become.next().name();
            case Decision.Stay stay -> "stay";
            case Decision.Refuse refuse -> refuse.code();
        };
    }
}
