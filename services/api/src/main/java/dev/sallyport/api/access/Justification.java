package dev.sallyport.api.access;

import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.api.workflows.Workflow.Validation;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why somebody wants access, and what they are asked to say about it. */
record Justification(String reason, String ticket) {

    /** How often an expression of an admin may look at a character: one that goes back and forth for ever matches nothing. */
    private static final int PATIENCE = 1_000_000;

    /** What is wrong with it. @param code stable, for programs */
    record Flaw(String code, String why) {}

    /** The first thing that the workflow asks for and does not find; empty when it finds all. */
    Optional<Flaw> flaw(Workflow workflow) {
        Validation asked = workflow.validation();
        return flaw("reason", reason, asked.reasonRequired(), asked.reasonRegex(), asked.reasonMessage())
                .or(() -> flaw("ticket", ticket, asked.ticketRequired(), asked.ticketRegex(), asked.ticketMessage()));
    }

    private static Optional<Flaw> flaw(
            String what, String said, boolean required, @Nullable String regex, @Nullable String message) {
        if (said.isEmpty()) {
            return required
                    ? Optional.of(new Flaw(
                            what + "_required", "this workflow asks for a " + what + ": say it in `" + what + "`"))
                    : Optional.empty();
        }
        if (regex == null || matches(regex, said)) {
            return Optional.empty();
        }
        return Optional.of(new Flaw(
                what + "_invalid", message == null ? "the " + what + " has to match " + regex + ", whole" : message));
    }

    private static boolean matches(String regex, String said) {
        try {
            return Pattern.compile(regex).matcher(new Watched(said, new int[1])).matches();
        } catch (OutOfPatienceException e) {
            return false;
        }
    }

    /** Counts how often it is looked at. */
    private record Watched(CharSequence text, int[] looks) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks[0] > PATIENCE) {
                throw new OutOfPatienceException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Watched(text.subSequence(start, end), looks);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class OutOfPatienceException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
