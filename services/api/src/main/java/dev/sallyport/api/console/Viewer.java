package dev.sallyport.api.console;

import dev.sallyport.api.access.GrantStatus;
import dev.sallyport.api.access.GrantView;
import dev.sallyport.api.access.RequestStatus;
import dev.sallyport.api.access.RequestView;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who looks at the page, and which buttons are worth showing them. The features behind the buttons decide for themselves.
 *
 * @param roles to read
 * @param auditor may see sessions and statements
 * @param onboarder may see jobs
 */
record Viewer(String subject, String name, String roles, boolean approver, boolean auditor, boolean onboarder) {

    static Viewer of(Person person) {
        Set<String> roles = person.roles();
        return new Viewer(
                person.grantee().subject(),
                person.grantee().name(),
                roles.stream()
                        .filter(role -> roles.size() == 1 || !role.equals(Role.USER))
                        .sorted()
                        .collect(Collectors.joining(", ")),
                roles.contains(Role.APPROVER),
                roles.contains(Role.AUDITOR) || roles.contains(Role.ADMIN),
                roles.contains(Role.ADMIN) || roles.contains(Role.AUDITOR));
    }

    boolean mayDecide(RequestView request) {
        return approver
                && request.status() == RequestStatus.REQUESTED
                && !request.requester().subject().equals(subject);
    }

    boolean mayCancel(RequestView request) {
        return request.status() == RequestStatus.REQUESTED
                && request.requester().subject().equals(subject);
    }

    boolean mayActivate(GrantView grant) {
        return grant.status() == GrantStatus.APPROVED
                && grant.grantee().subject().equals(subject);
    }

    boolean mayExtend(GrantView grant) {
        return grant.status() == GrantStatus.ACTIVE
                && grant.extensionsLeft() > 0
                && grant.grantee().subject().equals(subject);
    }

    boolean mayClose(GrantView grant) {
        boolean ended = grant.status() == GrantStatus.CLOSED || grant.status() == GrantStatus.CLOSING;
        return !ended
                && (approver || grant.grantee().subject().equals(subject) || onboarder && roles.contains(Role.ADMIN));
    }
}
