package dev.sallyport.provisioner.job;

import dev.sallyport.aws.AwsException;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.secrets.SecretStoreException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Supplier;

/** The steps as they are done for real. What the world refuses becomes a {@link StepFailure}, passing or for good. */
@ApplicationScoped
class AllSteps implements Steps {

    private final ProvisioningSteps provisioning;
    private final Deprovisioning deprovisioning;
    private final Planning planning;
    private final Instances instances;

    AllSteps(ProvisioningSteps provisioning, Deprovisioning deprovisioning, Planning planning, Instances instances) {
        this.provisioning = provisioning;
        this.deprovisioning = deprovisioning;
        this.planning = planning;
        this.instances = instances;
    }

    @Override
    public StepReport run(Step step, JobCommand command) {
        return telling(() -> switch (command) {
            case ProvisionRequested provision -> provision(step, provision);
            case DeprovisionRequested deprovision -> deprovision(step, deprovision);
        });
    }

    @Override
    public Optional<String> cluster(JobCommand command) {
        return telling(() -> instances.describe(command.instanceArn()).cluster().map(Instance.Cluster::arn));
    }

    private static <T> T telling(Supplier<T> work) {
        try {
            return work.get();
        } catch (AwsException e) {
            // A state in which the instance cannot be changed passes.
            boolean passing = e.transientFailure() || e.kind() == AwsException.Kind.CONFLICT;
            throw new StepFailure(String.valueOf(e.getMessage()), passing);
        } catch (SecretStoreException e) {
            throw new StepFailure(String.valueOf(e.getMessage()), e.transientFailure());
        } catch (TargetException e) {
            throw new StepFailure(String.valueOf(e.getMessage()), e.kind() == TargetException.Kind.TRANSIENT);
        }
    }

    private StepReport provision(Step step, ProvisionRequested command) {
        return switch (step) {
            case PREFLIGHT -> asPlanned(provisioning.preflight(command), command);
            case NETWORK -> provisioning.network(command);
            case MASTER -> provisioning.master(command);
            case ROLES -> provisioning.roles(command);
            case PLAN -> planned(planning.of(command));
            case REMOVE_ROLES, REMOVE_NETWORK, REMOVE_SECRETS -> throw foreign(step, command);
        };
    }

    /** When a plan is to be carried out, it has to be the one that comes out now. */
    private StepReport asPlanned(StepReport report, ProvisionRequested command) {
        String agreed = command.planHash();
        if (agreed != null && !planning.of(command).hash().equals(agreed)) {
            throw StepFailure.forGood("what would be changed is no longer what was planned (" + agreed.substring(0, 12)
                    + "…); plan again, look, and give the new plan's hash");
        }
        return report;
    }

    private StepReport deprovision(Step step, DeprovisionRequested command) {
        return switch (step) {
            case PREFLIGHT -> deprovisioning.preflight(command);
            case REMOVE_ROLES -> deprovisioning.roles(command);
            case REMOVE_NETWORK -> deprovisioning.network(command);
            case REMOVE_SECRETS -> deprovisioning.secrets(command);
            case PLAN -> planned(planning.of(command));
            case NETWORK, MASTER, ROLES -> throw foreign(step, command);
        };
    }

    private static StepReport planned(JobPlan plan) {
        long routine = plan.changes().stream().filter(JobPlan.Change::routine).count();
        long changes = plan.changes().size() + plan.omitted() - routine;
        return StepReport.planned(changes + " changes, " + routine + " done each time (new passwords)", plan);
    }

    private static IllegalStateException foreign(Step step, JobCommand command) {
        return new IllegalStateException(
                step.label() + " is no step of " + JobKind.of(command).name());
    }
}
