package dev.sallyport.api.rules;

import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Availability;
import dev.sallyport.kernel.RdsDatabaseId;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An availability as it is given. A role may be written as a database user's id too: {@code <role>@<database id>}. */
@Schema(name = "AvailabilityBody")
record AvailabilityBody(
        @Nullable String workflow,
        @Nullable String target,
        @Nullable String selector,
        @Nullable String role,
        @Nullable String identityStore) {

    /** @throws ProblemException 400 that names the field and what it may be */
    Availability checked() {
        if (workflow == null) {
            throw WorkflowBody.refused("workflow names a workflow");
        }
        if ((target == null) == (selector == null)) {
            throw WorkflowBody.refused("either target or selector says what is made available");
        }
        try {
            String database =
                    target == null ? null : RdsDatabaseId.parse(target).toString();
            return new Availability(workflow, database, selector, roleName(), identityStore);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_target", String.valueOf(e.getMessage()));
        }
    }

    private @Nullable String roleName() {
        if (role == null) {
            return null;
        }
        int at = role.indexOf("@arn:");
        if (at >= 0 && !role.substring(at + 1).equals(target)) {
            throw WorkflowBody.refused("role belongs to another database than target");
        }
        String name = at < 0 ? role : role.substring(0, at);
        if (name.isBlank()) {
            throw WorkflowBody.refused("role is the name of a role; leave it out for all");
        }
        return name;
    }
}
