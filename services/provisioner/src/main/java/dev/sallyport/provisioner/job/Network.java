package dev.sallyport.provisioner.job;

import dev.sallyport.aws.AwsException;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.provisioner.aws.Ingress;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.aws.SecurityGroups;
import dev.sallyport.provisioner.aws.SecurityGroups.Ours;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The security group in front of an instance or cluster. It lets one network in at the endpoint's port; the groups that are
 * attached otherwise stay as they are. Everything is safe to repeat, and to do twice at once.
 */
final class Network {

    /** RDS's own bound, which cannot be raised. */
    static final int MOST_GROUPS = 5;

    private final Instances instances;
    private final SecurityGroups groups;
    private final Patience patience;

    Network(Instances instances, SecurityGroups groups, Patience patience) {
        this.instances = instances;
        this.groups = groups;
        this.patience = patience;
    }

    /** Makes the group, lets the network in, attaches it, and only then shuts out what was let in before. For people. */
    String ensure(Instance instance, Ingress ingress) {
        Ours group = groups.ensure(instance.arn(), ingress);
        if (!group.letsIn(ingress)) {
            groups.authorize(instance.arn(), group.id(), ingress);
        }
        attach(instance, group.id(), ingress.groupName());
        List<String> stale = group.stale(ingress);
        stale.forEach(network -> groups.revoke(instance.arn(), group.id(), ingress.port(), network));
        return ingress.groupName() + " lets " + ingress.cidr() + " in at port " + ingress.port()
                + (stale.isEmpty() ? "" : ", and no longer " + String.join(", ", stale))
                + left(group, ingress);
    }

    private static String left(Ours group, Ingress ingress) {
        int left = group.foreign();
        if (!group.gateway().equals(ingress.gateway())) {
            left += (int) group.networks().stream()
                    .filter(network -> !Ingress.sameNetwork(network, ingress.cidr()))
                    .count();
        }
        return left == 0 ? "" : "; " + left + " rules in it that are not ours are left as they are";
    }

    /** What {@link #ensure} would do, in the order of doing. Changes nothing. */
    List<JobPlan.Change> plan(Instance instance, Ingress ingress) {
        String name = ingress.groupName();
        Optional<Ours> group = groups.find(instance.arn(), ingress.vpc(), name, ingress.port());
        List<JobPlan.Change> changes = new ArrayList<>();
        if (group.isEmpty()) {
            changes.add(change(instance, "ec2:CreateSecurityGroup " + name + " in " + ingress.vpc()));
        }
        if (group.filter(ours -> ours.letsIn(ingress)).isEmpty()) {
            changes.add(change(
                    instance,
                    "ec2:AuthorizeSecurityGroupIngress " + name + " tcp " + ingress.port() + " from "
                            + ingress.cidr()));
        }
        if (group.filter(ours -> instance.securityGroups().contains(ours.id())).isEmpty()) {
            checkRoom(instance, name);
            changes.add(change(instance, instance.changeAction() + " VpcSecurityGroupIds + " + name));
        }
        group.ifPresent(ours -> ours.stale(ingress)
                .forEach(network -> changes.add(change(
                        instance,
                        "ec2:RevokeSecurityGroupIngress " + name + " tcp " + ingress.port() + " from " + network))));
        return changes;
    }

    /** Takes the group off and deletes it, when it is there and ours. Empty when there is none. */
    Optional<String> remove(Instance instance, String name) {
        Optional<Ours> group = ours(instance, name);
        group.ifPresent(ours -> {
            detach(instance, ours.id(), name);
            delete(instance, ours.id(), name);
        });
        return group.map(ours -> name + " was taken off " + instance.what() + " and deleted");
    }

    /** What {@link #remove} would do. Changes nothing. */
    List<JobPlan.Change> planRemoval(Instance instance, String name) {
        List<JobPlan.Change> changes = new ArrayList<>();
        ours(instance, name).ifPresent(group -> {
            if (instance.securityGroups().contains(group.id())) {
                changes.add(change(instance, instance.changeAction() + " VpcSecurityGroupIds - " + name));
            }
            changes.add(new JobPlan.Change(JobPlan.Kind.AWS, group.id(), "ec2:DeleteSecurityGroup " + name, false));
        });
        return changes;
    }

    private Optional<Ours> ours(Instance instance, String name) {
        int port = instance.address().map(Instance.Address::port).orElse(0);
        return instance.vpc().flatMap(vpc -> groups.find(instance.arn(), vpc, name, port));
    }

    private void attach(Instance instance, String group, String name) {
        if (instance.securityGroups().contains(group)) {
            return;
        }
        checkRoom(instance, name);
        List<String> all = new ArrayList<>(instance.securityGroups());
        all.add(group);
        instances.setSecurityGroups(instance, all);
        awaitSettled(instance);
    }

    private static void checkRoom(Instance instance, String name) {
        if (instance.securityGroups().size() >= MOST_GROUPS) {
            throw StepFailure.forGood(instance.what() + " has "
                    + instance.securityGroups().size()
                    + " security groups, and AWS allows " + MOST_GROUPS + ": take one off to make room for " + name
                    + ", or let the agent in through one of them and ask for no group");
        }
    }

    private void detach(Instance instance, String group, String name) {
        if (!instance.securityGroups().contains(group)) {
            return;
        }
        List<String> others = instance.securityGroups().stream()
                .filter(id -> !id.equals(group))
                .toList();
        if (others.isEmpty()) {
            throw StepFailure.forGood(name + " is the only security group of " + instance.what()
                    + ", which has to have one; attach another, then take the roles out again");
        }
        instances.setSecurityGroups(instance, others);
        awaitSettled(instance);
    }

    private void delete(Instance instance, String group, String name) {
        try {
            groups.delete(instance.arn(), group);
        } catch (AwsException e) {
            if (e.code().equals("DependencyViolation")) {
                throw StepFailure.passing(name + " is still in use: " + e.getMessage());
            }
            throw e;
        }
    }

    /** Whoever changes it next must not come too early. */
    private void awaitSettled(Instance instance) {
        boolean settled = patience.until(() -> {
            Instance now = instances.describe(instance.arn());
            return now.available() && now.groupsSettled();
        });
        if (!settled) {
            throw StepFailure.passing(instance.what() + " is still taking over its security groups");
        }
    }

    private static JobPlan.Change change(Instance instance, String statement) {
        return new JobPlan.Change(JobPlan.Kind.AWS, instance.changedArn(), statement, false);
    }
}
