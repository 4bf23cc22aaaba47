package dev.sallyport.api.rules;

import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What the policies answered. */
@Path("/api/access/evaluations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class EvaluationsResource {

    private final Evaluations evaluations;

    EvaluationsResource(Evaluations evaluations) {
        this.evaluations = evaluations;
    }

    /** @param policies those that decided; none when nothing permitted it */
    @Schema(name = "Evaluation")
    record View(
            String id,
            Instant evaluatedAt,
            String subject,
            String name,
            String email,
            String action,
            String target,
            String role,
            String owner,
            String decision,
            List<String> policies,
            String why) {

        static View of(EvaluationRow row) {
            return new View(
                    row.id,
                    row.evaluatedAt,
                    row.subject,
                    row.personName,
                    row.personEmail,
                    row.action,
                    row.target,
                    row.role,
                    row.ownerSubject,
                    row.allowed ? "allow" : "deny",
                    List.of(row.policies),
                    row.why);
        }
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(
            operationId = "listEvaluations",
            summary = "Who was allowed or denied what, and by which policies; the newest first")
    public Page<View> list(
            @QueryParam("person") @Nullable String person,
            @QueryParam("action") @Nullable String action,
            @QueryParam("target") @Nullable String target,
            @QueryParam("role") @Nullable String role,
            @QueryParam("decision") @Nullable String decision,
            @QueryParam("from") @Nullable String from,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return evaluations
                .page(
                        new Evaluations.Filter(
                                person,
                                action(action),
                                target,
                                role,
                                allowed(decision),
                                time("from", from),
                                time("until", until)),
                        PageQuery.of(limit, cursor))
                .map(View::of);
    }

    private static @Nullable String action(@Nullable String label) {
        if (label != null && PolicyAction.ofLabel(label).isEmpty()) {
            throw ProblemException.badRequest(
                    "invalid_action",
                    "action is one of "
                            + Arrays.stream(PolicyAction.values())
                                    .map(PolicyAction::label)
                                    .collect(Collectors.joining(", ")));
        }
        return label;
    }

    private static @Nullable Boolean allowed(@Nullable String decision) {
        if (decision == null) {
            return null;
        }
        return switch (decision) {
            case "allow" -> true;
            case "deny" -> false;
            default -> throw ProblemException.badRequest("invalid_decision", "decision is allow or deny");
        };
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest("invalid_time", name + " is a time such as 2026-11-21T10:15:30Z");
        }
    }
}
