package dev.sallyport.api.console;

import dev.sallyport.api.access.GrantView;
import dev.sallyport.api.access.RequestStatus;
import dev.sallyport.api.access.RequestView;
import dev.sallyport.api.dbroles.JobKind;
import dev.sallyport.auditstore.AuditedSession;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.RdsArn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the templates show: everything said already, so that a template only places it. */
final class Rows {

    /** A line of the table of requests. */
    record Request(
            String id,
            String createdAt,
            String asked,
            String requester,
            String target,
            String place,
            String role,
            String duration,
            String reason,
            String ticket,
            String workflow,
            boolean breakglass,
            String status,
            String progress,
            boolean decidable,
            boolean cancellable) {

        static Request of(RequestView view, Viewer viewer, Instant now) {
            return new Request(
                    view.id(),
                    EventJson.write(view.createdAt()),
                    ago(view.createdAt(), now),
                    view.requester().name(),
                    view.target(),
                    Rows.placeOf(view.target()),
                    view.role(),
                    span(Duration.ofSeconds(view.durationSeconds())),
                    view.reason(),
                    view.ticket(),
                    view.workflow(),
                    view.breakglass(),
                    view.status().label(),
                    progress(view, now),
                    viewer.mayDecide(view),
                    viewer.mayCancel(view));
        }

        /** What an open request waits for, and how long. */
        private static String progress(RequestView view, Instant now) {
            if (view.status() != RequestStatus.REQUESTED) {
                return "";
            }
            String steps = view.missingSteps().isEmpty() ? "" : "needs " + String.join(", ", view.missingSteps());
            String end = view.expiresAt() == null ? "" : span(Duration.between(now, view.expiresAt())) + " left";
            return steps.isEmpty() || end.isEmpty() ? steps + end : steps + ", " + end;
        }
    }

    /**
     * One request, whole.
     *
     * @param own whether it is open and the viewer asked for it
     * @param decidable whether the viewer may decide on it now
     * @param comment of who denied it; may be empty
     */
    record RequestPage(
            Request line, String email, boolean own, boolean decidable, List<Approval> reviews, String comment) {

        /** One approval of it. */
        record Approval(String reviewer, String when, String comment) {}

        static RequestPage of(RequestView view, Viewer viewer, boolean decidable, Instant now) {
            boolean denied = view.status() == RequestStatus.DENIED;
            return new RequestPage(
                    Request.of(view, viewer, now),
                    view.requester().email(),
                    viewer.mayCancel(view),
                    decidable,
                    view.reviews().stream()
                            .map(review -> new Approval(
                                    review.reviewer().name(), ago(review.reviewedAt(), now), review.comment()))
                            .toList(),
                    denied && view.comment() != null ? view.comment() : "");
        }
    }

    /** A line of the table of grants. */
    record Grant(
            String id,
            String shortId,
            String grantee,
            String target,
            String place,
            String role,
            boolean breakglass,
            String status,
            String problem,
            String ends,
            boolean activatable,
            boolean extendable,
            boolean closable) {

        static Grant of(GrantView view, Viewer viewer, Instant now) {
            return new Grant(
                    view.id(),
                    Rows.shortened(view.id()),
                    view.grantee().name(),
                    view.target(),
                    Rows.placeOf(view.target()),
                    view.role(),
                    view.breakglass(),
                    view.status().label(),
                    view.provisioningFailed() ? view.message() : "",
                    ends(view, now),
                    viewer.mayActivate(view),
                    viewer.mayExtend(view),
                    viewer.mayClose(view));
        }

        private static String ends(GrantView view, Instant now) {
            if (view.closedAt() != null) {
                return (view.closeReason() == null
                                ? "closed"
                                : view.closeReason().replace('_', ' ')) + " " + ago(view.closedAt(), now);
            }
            if (view.expiresAt() != null) {
                String end = "in " + span(Duration.between(now, view.expiresAt()));
                return view.extensions() == 0 ? end : end + ", extended " + view.extensions() + "×";
            }
            return view.activateBy() == null
                    ? ""
                    : "to be activated in " + span(Duration.between(now, view.activateBy()));
        }
    }

    /** A line of the table of jobs. */
    record JobLine(
            String id,
            String shortId,
            String createdAt,
            String started,
            String arn,
            String instance,
            String engine,
            String kind,
            String phase,
            List<StepMark> steps,
            String message) {

        static JobLine of(Job job, Instant now) {
            return new JobLine(
                    job.id().value(),
                    Rows.shortened(job.id().value()),
                    EventJson.write(job.createdAt()),
                    ago(job.createdAt(), now),
                    job.spec().dbArn(),
                    RdsArn.parse(job.spec().dbArn()).identifier(),
                    job.spec().dbEngine(),
                    JobKind.of(job).label(),
                    job.status().phase().label(),
                    job.steps().stream().map(step -> StepMark.of(step, now)).toList(),
                    job.status().message());
        }
    }

    /** One step of a job. */
    record StepMark(String name, String status, String took, String message) {

        static StepMark of(Job.Step step, Instant now) {
            return new StepMark(
                    step.name(),
                    step.status().label(),
                    took(step.startedAt(), step.completedAt(), now),
                    step.message());
        }

        private static String took(@Nullable Instant began, @Nullable Instant ended, Instant now) {
            if (began == null) {
                return "";
            }
            Duration took = Duration.between(began, ended == null ? now : ended);
            return took.toSeconds() < 60 ? "%.1f s".formatted(took.toMillis() / 1000.0) : span(took);
        }
    }

    /**
     * One job, whole.
     *
     * @param plan empty but for a plan that is made
     * @param cancellable whether the viewer may end it now
     * @param retriable whether the viewer may order it again
     */
    record JobPage(JobLine line, Optional<JobPlan> plan, boolean running, boolean cancellable, boolean retriable) {

        static JobPage of(Job job, Optional<JobPlan> plan, boolean admin, Instant now) {
            Job.Phase phase = job.status().phase();
            return new JobPage(
                    JobLine.of(job, now),
                    plan,
                    phase == Job.Phase.RUNNING,
                    admin && phase == Job.Phase.RUNNING,
                    admin && phase == Job.Phase.FAILED);
        }

        /** What would be changed; empty without a plan. */
        public List<ChangeLine> changes() {
            return plan.map(made -> made.changes().stream()
                            .map(change -> new ChangeLine(change.kind().label(), change.target(), change.statement()))
                            .toList())
                    .orElse(List.of());
        }

        /** What would be skipped, and why. */
        public List<String> notes() {
            return plan.map(JobPlan::notes).orElse(List.of());
        }

        /** Of the plan; empty without one. */
        public String hash() {
            return plan.map(JobPlan::hash).orElse("");
        }
    }

    /** One change of a plan. */
    record ChangeLine(String kind, String target, String statement) {}

    /** A line of the table of sessions. */
    record Session(
            String id,
            String grantId,
            String openedAt,
            String opened,
            String grantee,
            String target,
            String place,
            String role,
            String address,
            String program,
            long statements,
            String ended) {

        static Session of(AuditedSession session, Instant now) {
            return new Session(
                    session.id().value(),
                    session.grantId().value(),
                    EventJson.write(session.openedAt()),
                    ago(session.openedAt(), now),
                    session.grantee().name(),
                    session.target().toString(),
                    Rows.placeOf(session.target().toString()),
                    session.role(),
                    session.clientAddress(),
                    session.applicationName().isEmpty() ? "unknown program" : session.applicationName(),
                    session.statements(),
                    session.closedAt() == null ? "open" : session.cause() + " " + ago(session.closedAt(), now));
        }
    }

    /** A line of a session's statements. */
    record Statement(
            long sequence,
            String startedAt,
            String time,
            String sql,
            List<String> parameters,
            String rows,
            String took,
            String outcome,
            String error) {

        static Statement of(StatementExecuted statement) {
            String startedAt = EventJson.write(statement.startedAt());
            return new Statement(
                    statement.sequence(),
                    startedAt,
                    startedAt.substring(11, 23),
                    statement.sql(),
                    statement.parameters().stream().map(Rows::said).toList(),
                    statement.rows() == null ? "" : "%,d".formatted(statement.rows()),
                    Rows.tookOf(statement.durationMicros()),
                    statement.outcome().label(),
                    statement.sqlState() == null
                            ? ""
                            : statement.sqlState() + " "
                                    + (statement.errorMessage() == null ? "" : statement.errorMessage()));
        }
    }

    private static String said(StatementExecuted.Parameter parameter) {
        String value = parameter.value() == null ? "NULL" : parameter.value();
        return parameter.name() == null ? value : parameter.name() + " = " + value;
    }

    /** {@code billing-mysql/shop} of a whole database id. */
    static String placeOf(String target) {
        return target.substring(target.lastIndexOf(':') + 1);
    }

    /** How long ago, in the largest unit that fits. */
    static String ago(Instant then, Instant now) {
        Duration since = Duration.between(then, now);
        return since.compareTo(Duration.ofSeconds(5)) < 0 ? "just now" : span(since) + " ago";
    }

    /** A duration in one or two units: {@code 45 s}, {@code 12 min}, {@code 1 h 30 min}, {@code 3 d}. */
    static String span(Duration duration) {
        if (duration.isNegative()) {
            return "0 s";
        }
        if (duration.toMinutes() < 1) {
            return duration.toSeconds() + " s";
        }
        if (duration.toHours() < 1) {
            return duration.toMinutes() + " min";
        }
        if (duration.toDays() < 1) {
            return duration.toHours() + " h"
                    + (duration.toMinutesPart() == 0 ? "" : " " + duration.toMinutesPart() + " min");
        }
        return duration.toDays() + " d";
    }

    private static String tookOf(@Nullable Long micros) {
        if (micros == null) {
            return "";
        }
        return micros < 1_000 ? micros + " µs" : "%.1f ms".formatted(micros / 1_000.0);
    }

    /** Enough to tell one from the other: the end of the random part. */
    private static String shortened(String id) {
        return id.substring(0, 4) + "…" + id.substring(id.length() - 6);
    }

    private Rows() {}
}
