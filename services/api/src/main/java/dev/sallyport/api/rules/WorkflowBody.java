package dev.sallyport.api.rules;

import dev.sallyport.api.policies.Expressions;
import dev.sallyport.api.policies.Flaw;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.api.workflows.Workflow.Activation;
import dev.sallyport.api.workflows.Workflow.ApprovalStep;
import dev.sallyport.api.workflows.Workflow.Extension;
import dev.sallyport.api.workflows.Workflow.Validation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A workflow as it is given: what is left out has its default. */
@Schema(name = "WorkflowBody")
record WorkflowBody(
        @Nullable Integer priority,
        @Nullable Long accessDurationSeconds,
        @Nullable Long defaultDurationSeconds,
        @Nullable Long requestExpirySeconds,
        @Nullable Long activationExpirySeconds,
        @Nullable String activation,
        @Nullable Boolean approvalRequired,
        @Nullable List<StepBody> approvalSteps,
        @Nullable ExtensionBody extension,
        @Nullable ValidationBody validation) {

    @Schema(name = "ApprovalStepBody")
    record StepBody(@Nullable String name, @Nullable String when) {}

    @Schema(name = "ExtensionBody")
    record ExtensionBody(
            @Nullable Integer maximumCount, @Nullable Long durationSeconds) {}

    @Schema(name = "ValidationBody")
    record ValidationBody(
            @Nullable Boolean reasonRequired,
            @Nullable String reasonRegex,
            @Nullable String reasonMessage,
            @Nullable Boolean ticketRequired,
            @Nullable String ticketRegex,
            @Nullable String ticketMessage) {}

    private static final int DEFAULT_PRIORITY = 100;
    private static final long DEFAULT_DURATION = Duration.ofHours(1).toSeconds();
    private static final long SHORTEST = 60;
    private static final long LONGEST = Duration.ofDays(90).toSeconds();
    private static final int MAX_STEPS = 10;
    private static final int MAX_EXTENSIONS = 100;
    private static final int MAX_TEXT = 500;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** @throws ProblemException 400 that names the field and what it may be */
    Workflow checked() {
        long access =
                seconds("access_duration_seconds", Objects.requireNonNullElse(accessDurationSeconds, DEFAULT_DURATION));
        long usual = seconds(
                "default_duration_seconds",
                Objects.requireNonNullElse(defaultDurationSeconds, Math.min(access, DEFAULT_DURATION)));
        if (usual > access) {
            throw refused("default_duration_seconds is at most access_duration_seconds, which is " + access);
        }
        List<ApprovalStep> steps = checkedSteps();
        boolean approval = Objects.requireNonNullElse(approvalRequired, true);
        if (!approval && !steps.isEmpty()) {
            throw refused("approval_steps need approval_required to be true");
        }
        return new Workflow(
                Objects.requireNonNullElse(priority, DEFAULT_PRIORITY),
                access,
                usual,
                requestExpirySeconds == null ? null : seconds("request_expiry_seconds", requestExpirySeconds),
                activationExpirySeconds == null ? null : seconds("activation_expiry_seconds", activationExpirySeconds),
                checkedActivation(),
                approval,
                steps,
                extension == null ? null : checked(extension),
                validation == null ? Validation.NONE : checked(validation));
    }

    private Activation checkedActivation() {
        return switch (activation == null ? "automatic" : activation) {
            case "automatic" -> Activation.AUTOMATIC;
            case "manual" -> Activation.MANUAL;
            default -> throw refused("activation is automatic or manual");
        };
    }

    private List<ApprovalStep> checkedSteps() {
        if (approvalSteps == null) {
            return List.of();
        }
        if (approvalSteps.size() > MAX_STEPS) {
            throw refused("approval_steps are " + MAX_STEPS + " at most");
        }
        Set<String> names = new HashSet<>();
        return approvalSteps.stream().map(step -> step(step, names)).toList();
    }

    private static ApprovalStep step(StepBody step, Set<String> names) {
        if (step.name() == null || step.when() == null) {
            throw refused("each of approval_steps has a name and a condition `when`");
        }
        if (!NAME.matcher(step.name()).matches() || !names.add(step.name())) {
            throw refused(
                    "the names of approval_steps are letters, digits, dots, hyphens and underscores, each another: '"
                            + step.name() + "'");
        }
        List<Flaw> flaws = Expressions.flaws(Expressions.Scope.REVIEW, step.when());
        if (!flaws.isEmpty()) {
            throw notCedar("the condition of the approval step " + step.name(), flaws);
        }
        return new ApprovalStep(step.name(), step.when());
    }

    private static Extension checked(ExtensionBody extension) {
        int count = Objects.requireNonNullElse(extension.maximumCount(), 1);
        if (count < 1 || count > MAX_EXTENSIONS) {
            throw refused("extension.maximum_count is from 1 to " + MAX_EXTENSIONS + "; leave extension out for none");
        }
        return new Extension(
                count,
                seconds(
                        "extension.duration_seconds",
                        Objects.requireNonNullElse(extension.durationSeconds(), DEFAULT_DURATION)));
    }

    private static Validation checked(ValidationBody given) {
        return new Validation(
                Boolean.TRUE.equals(given.reasonRequired()),
                regex("validation.reason_regex", given.reasonRegex()),
                text("validation.reason_message", given.reasonMessage()),
                Boolean.TRUE.equals(given.ticketRequired()),
                regex("validation.ticket_regex", given.ticketRegex()),
                text("validation.ticket_message", given.ticketMessage()));
    }

    private static @Nullable String regex(String field, @Nullable String regex) {
        try {
            if (regex != null) {
                Pattern.compile(regex);
            }
        } catch (PatternSyntaxException e) {
            throw refused(field + " is not a regular expression: " + e.getDescription() + " at " + e.getIndex());
        }
        return text(field, regex);
    }

    private static @Nullable String text(String field, @Nullable String text) {
        if (text != null && text.length() > MAX_TEXT) {
            throw refused(field + " has " + MAX_TEXT + " characters at most");
        }
        return text;
    }

    private static long seconds(String field, long seconds) {
        if (seconds < SHORTEST || seconds > LONGEST) {
            throw refused(field + " is from " + SHORTEST + " to " + LONGEST);
        }
        return seconds;
    }

    static ProblemException refused(String why) {
        return ProblemException.badRequest("invalid_field", why);
    }

    /** With every flaw, so that all can be mended at once. */
    static ProblemException notCedar(String what, List<Flaw> flaws) {
        return new ProblemException(
                400,
                "invalid_cedar",
                what + " is not right: " + flaws.getFirst().sentence(),
                Map.of("flaws", flaws));
    }
}
