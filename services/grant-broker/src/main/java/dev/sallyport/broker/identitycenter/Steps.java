package dev.sallyport.broker.identitycenter;

import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.AwsException.Kind;
import dev.sallyport.broker.identitycenter.Outcome.Again;
import dev.sallyport.broker.identitycenter.Outcome.Failed;
import dev.sallyport.broker.identitycenter.Outcome.Next;
import dev.sallyport.broker.identitycenter.Outcome.Reached;
import dev.sallyport.broker.identitycenter.PermissionSets.Assigned;
import dev.sallyport.broker.identitycenter.PermissionSets.Found;
import dev.sallyport.broker.identitycenter.PermissionSets.Progress;
import dev.sallyport.broker.identitycenter.PermissionSets.Request;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Takes the steps. Each may be taken again, whether the one before it was finished, was cut off after its call, or never began.
 * They block.
 */
class Steps {

    private static final Logger LOG = Logger.getLogger(Steps.class);

    /** Ending sessions is tried so often; with the assignment goes their role anyway. */
    private static final int SESSION_ATTEMPTS = 3;

    private final PermissionSets sets;
    private final Sessions sessions;

    Steps(PermissionSets sets, Sessions sessions) {
        this.sets = sets;
        this.sessions = sessions;
    }

    /** @param attempts how often this step was taken without success */
    Outcome take(Goal goal, Step step, Plan plan, int attempts) {
        try {
            return switch (step) {
                case FIND_USER -> findUser(plan);
                case CREATE_SET -> createSet(plan);
                case PUT_POLICY -> putPolicy(plan);
                case ASSIGN -> assign(plan);
                case AWAIT_ASSIGNMENT -> awaitAssignment(plan);
                case STANDS -> new Reached(plan);
                case FIND_SET -> findSet(plan);
                case SETTLE -> settle(plan);
                case END_SESSIONS -> endSessions(plan, attempts);
                case UNASSIGN -> unassign(plan);
                case AWAIT_UNASSIGNMENT -> awaitUnassignment(plan);
                case DELETE_SET -> deleteSet(plan);
                case REDISCOVER -> rediscover(plan);
            };
        } catch (AwsException e) {
            return mayPass(goal, e) ? new Again(step, plan, text(e)) : new Failed(plan, text(e));
        }
    }

    /** Taking down is never given up: what is forbidden today may be allowed tomorrow. */
    private static boolean mayPass(Goal goal, AwsException e) {
        return goal == Goal.DOWN || e.transientFailure() || e.kind() == Kind.CONFLICT || e.kind() == Kind.EXPIRED;
    }

    private Outcome findUser(Plan plan) {
        if (plan.email().isBlank()) {
            return new Failed(
                    plan,
                    "your identity has no e-mail address, by which IAM Identity Center would know you;"
                            + " let the issuer put the claim email into its tokens");
        }
        return sets.userId(plan.center(), plan.email())
                .<Outcome>map(id -> new Next(Step.CREATE_SET, plan.withPrincipal(id)))
                .orElseGet(() -> new Failed(
                        plan,
                        "IAM Identity Center knows nobody with the e-mail address " + plan.email()
                                + "; add that user to its identity store"));
    }

    private Outcome createSet(Plan plan) {
        String known = plan.setArn();
        if (known != null && sets.describe(plan.center(), known).isPresent()) {
            return new Next(Step.PUT_POLICY, plan);
        }
        try {
            return new Next(Step.PUT_POLICY, plan.withSet(sets.create(plan)));
        } catch (AwsException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            return adopt(plan, e);
        }
    }

    /** The name is taken: by ourselves, when the answer of an earlier attempt was lost. */
    private Outcome adopt(Plan plan, AwsException conflict) {
        Optional<Found> there = sets.named(plan.center(), plan.grantId());
        if (there.isEmpty()) {
            return new Again(Step.CREATE_SET, plan.withSet(null), text(conflict));
        }
        return sets.isOurs(plan.center(), there.get())
                ? new Next(Step.PUT_POLICY, plan.withSet(there.get().arn()))
                : new Failed(
                        plan,
                        "there is a permission set " + plan.grantId()
                                + " already, and it does not carry our tags; remove it, or give it another name");
    }

    private Outcome putPolicy(Plan plan) {
        try {
            sets.putPolicy(plan);
            return new Next(Step.ASSIGN, plan);
        } catch (AwsException e) {
            return backToCreation(plan, e);
        }
    }

    private Outcome assign(Plan plan) {
        try {
            Request request = sets.assign(plan);
            return after(plan.withAssigning(request.id()), request);
        } catch (AwsException e) {
            return backToCreation(plan, e);
        }
    }

    private static Outcome backToCreation(Plan plan, AwsException e) {
        if (e.kind() == Kind.NOT_FOUND) {
            return new Again(Step.CREATE_SET, plan, text(e));
        }
        throw e;
    }

    private Outcome awaitAssignment(Plan plan) {
        try {
            return after(plan, sets.assigning(plan));
        } catch (AwsException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return new Again(Step.ASSIGN, plan.withAssigning(null), text(e));
            }
            throw e;
        }
    }

    private static Outcome after(Plan plan, Request request) {
        return switch (request.progress()) {
            case SUCCEEDED -> new Reached(plan.withAssigning(null));
            case IN_PROGRESS ->
                new Again(
                        Step.AWAIT_ASSIGNMENT,
                        plan,
                        "AWS is still assigning the permission set in the account " + plan.accountId());
            case FAILED ->
                new Failed(
                        plan.withAssigning(null),
                        "AWS did not assign the permission set in the account " + plan.accountId() + ": "
                                + request.reason());
        };
    }

    /** A broker that was killed before it noted the set's ARN left none but the name. */
    private Outcome findSet(Plan plan) {
        if (plan.setArn() != null) {
            return new Next(Step.SETTLE, plan);
        }
        Optional<Found> there =
                sets.named(plan.center(), plan.grantId()).filter(found -> sets.isOurs(plan.center(), found));
        return there.<Outcome>map(set -> new Next(Step.SETTLE, plan.withSet(set.arn())))
                .orElseGet(() -> new Reached(plan));
    }

    /** An assignment that is under way cannot be taken back before it is done. */
    private Outcome settle(Plan plan) {
        if (plan.assigning() == null) {
            return new Next(Step.END_SESSIONS, plan);
        }
        try {
            return sets.assigning(plan).progress() == Progress.IN_PROGRESS
                    ? new Again(Step.SETTLE, plan, "AWS is still assigning what is to be taken back")
                    : new Next(Step.END_SESSIONS, plan.withAssigning(null));
        } catch (AwsException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return new Next(Step.END_SESSIONS, plan.withAssigning(null));
            }
            throw e;
        }
    }

    private Outcome endSessions(Plan plan, int attempts) {
        try {
            int ended = sessions.end(plan);
            if (ended > 0) {
                LOG.infof("grant %s: ended %d sessions", plan.grantId(), ended);
            }
        } catch (AwsException e) {
            if (attempts + 1 < SESSION_ATTEMPTS) {
                throw e;
            }
            LOG.warnf(
                    "grant %s: its sessions cannot be ended, and lose their role instead: %s", plan.grantId(), text(e));
        }
        return new Next(Step.UNASSIGN, plan);
    }

    private Outcome unassign(Plan plan) {
        if (plan.principalId() == null) {
            return new Next(Step.DELETE_SET, plan);
        }
        try {
            Request request = sets.unassign(plan);
            return new Next(Step.AWAIT_UNASSIGNMENT, plan.withUnassigning(request.id()));
        } catch (AwsException e) {
            return goneOr(plan, e);
        }
    }

    /** That it failed may mean that there was nothing to take back: AWS says so when the set is deleted. */
    private Outcome awaitUnassignment(Plan plan) {
        try {
            return sets.unassigning(plan).progress() == Progress.IN_PROGRESS
                    ? new Again(
                            Step.AWAIT_UNASSIGNMENT,
                            plan,
                            "AWS is still taking the permission set back in the account " + plan.accountId())
                    : new Next(Step.DELETE_SET, plan.withUnassigning(null));
        } catch (AwsException e) {
            return goneOr(plan.withUnassigning(null), e);
        }
    }

    private static Outcome goneOr(Plan plan, AwsException e) {
        if (e.kind() == Kind.NOT_FOUND) {
            return new Next(Step.DELETE_SET, plan);
        }
        throw e;
    }

    private Outcome deleteSet(Plan plan) {
        if (plan.setArn() == null) {
            return new Reached(plan);
        }
        try {
            sets.delete(plan);
            return new Reached(plan.withSet(null));
        } catch (AwsException e) {
            return switch (e.kind()) {
                case NOT_FOUND -> new Reached(plan.withSet(null));
                case CONFLICT -> new Again(Step.REDISCOVER, plan, text(e));
                default -> throw e;
            };
        }
    }

    /** Who else has it? Somebody may have assigned it by hand, or AWS forgot to tell us. */
    private Outcome rediscover(Plan plan) {
        String set = plan.setArn();
        if (set == null) {
            return new Reached(plan);
        }
        Optional<Assigned> one = sets.assigned(plan.center(), set).stream().findFirst();
        if (one.isEmpty()) {
            return new Again(Step.DELETE_SET, plan, "AWS says that the permission set is assigned, and to nobody");
        }
        if (!one.get().principalType().equals("USER")) {
            return new Again(
                    Step.REDISCOVER,
                    plan,
                    "somebody assigned the permission set to a group in the account "
                            + one.get().accountId() + "; take that back");
        }
        return new Next(
                Step.UNASSIGN, plan.assignedTo(one.get().accountId(), one.get().principalId()));
    }

    private static String text(AwsException e) {
        return String.valueOf(e.getMessage());
    }
}
