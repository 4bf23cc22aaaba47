package dev.sallyport.api.workflows;

import dev.sallyport.api.policies.Resource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a target, or all that a selector finds, available by a workflow.
 *
 * @param workflow the name of the workflow
 * @param target the id of a database; null with a selector
 * @param selector the name of a selector; null with a target
 * @param role the only role that it is for; null for all
 * @param identityStore the IAM Identity Center identity store that people are found in; null for that of the installation
 */
public record Availability(
        String workflow,
        @Nullable String target,
        @Nullable String selector,
        @Nullable String role,
        @Nullable String identityStore) {

    /** @param selectors those that find the resource */
    public boolean covers(Resource resource, Set<String> selectors) {
        boolean found = target == null
                ? selectors.contains(String.valueOf(selector))
                : target.equals(resource.target().toString());
        return found && (role == null || role.equals(resource.role()));
    }
}
