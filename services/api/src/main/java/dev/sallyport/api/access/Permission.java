package dev.sallyport.api.access;

import dev.sallyport.api.identity.Person;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.policies.Question;
import dev.sallyport.api.policies.Resource;
import dev.sallyport.api.policies.Verdict;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Ruling;
import dev.sallyport.api.targets.Targets;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Map;

/** Asks the policies about something that may be there no longer. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Permission {

    private final Targets targets;
    private final InstantSource clock;

    Permission(Targets targets, InstantSource clock) {
        this.targets = targets;
        this.clock = clock;
    }

    /** What a request, a grant or a session is about. */
    public record About(
            String target, String role, String engine, Grantee owner, String workflow, String reason, String ticket) {}

    /** Fails with 403 unless the policies allow it. */
    Uni<Void> require(Ruling ruling, PolicyAction action, Person person, About about) {
        return question(action, person, about)
                .invoke(question -> refuse(ruling.ask(question)))
                .replaceWithVoid();
    }

    /** A database that is gone has no name and no tags. */
    public Uni<Question> question(PolicyAction action, Person person, About about) {
        RdsDatabaseId target = RdsDatabaseId.parse(about.target());
        return targets.find(target, about.role())
                .map(found -> found.map(Resource::of)
                        .orElseGet(() -> new Resource(target, about.role(), about.engine(), "", Map.of())))
                .map(resource -> new Question(
                        action,
                        person,
                        resource,
                        about.owner(),
                        about.workflow(),
                        about.reason(),
                        about.ticket(),
                        clock.instant()));
    }

    static void refuse(Verdict verdict) {
        if (!verdict.allowed()) {
            throw new ProblemException(403, verdict.code(), verdict.why(), Map.of("policies", verdict.policies()));
        }
    }
}
