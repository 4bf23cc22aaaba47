package dev.sallyport.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.api.workflows.Workflow.Validation;
import java.util.List;
import org.junit.jupiter.api.Test;

class JustificationTest {

    @Test
    void nothingIsAskedWhereNothingIsRequired() {
        assertThat(new Justification("", "").flaw(workflow(Validation.NONE))).isEmpty();
    }

    @Test
    void whatIsRequiredHasToBeThere() {
        Workflow both = workflow(new Validation(true, null, null, true, null, null));
        assertThat(new Justification("", "T-1").flaw(both).map(Justification.Flaw::code))
                .contains("reason_required");
        assertThat(new Justification("why", "").flaw(both).map(Justification.Flaw::code))
                .contains("ticket_required");
        assertThat(new Justification("why", "T-1").flaw(both)).isEmpty();
    }

    @Test
    void anExpressionHasToMatchTheWholeTextAndItsMessageIsSaid() {
        Workflow ticket =
                workflow(new Validation(false, "(?s).{5,}", null, true, "INC-\\d+", "the incident, as INC-4711"));
        assertThat(new Justification("", "INC-1 or so").flaw(ticket))
                .contains(new Justification.Flaw("ticket_invalid", "the incident, as INC-4711"));
        assertThat(new Justification("abc", "INC-1").flaw(ticket))
                .contains(new Justification.Flaw("reason_invalid", "the reason has to match (?s).{5,}, whole"));
        assertThat(new Justification("abcde", "INC-1").flaw(ticket)).isEmpty();
    }

    @Test
    void anExpressionThatGoesBackAndForthForEverMatchesNothing() {
        Workflow slow = workflow(new Validation(false, "(a|aa)+b", null, false, null, null));
        assertThat(new Justification("a".repeat(1000), "").flaw(slow).map(Justification.Flaw::code))
                .contains("reason_invalid");
    }

    private static Workflow workflow(Validation validation) {
        return new Workflow(
                1, 3600, 3600, null, null, Workflow.Activation.AUTOMATIC, true, List.of(), null, validation);
    }
}
